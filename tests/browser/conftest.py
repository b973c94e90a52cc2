"""The browser of the journeys: the Chromium of this machine, or the one that Playwright brought."""

import shutil

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """How Playwright starts the browser; a container has no sandbox to offer."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    here = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **here, "args": ["--no-sandbox"]}
