"""The commands that run SkillHub; tests/browser serves the sample year with them."""

from skillhub.cli.running import Server
from skillhub.kernel.settings import read_settings


def test_the_server_accepts_its_settings_and_hooks(tmp_path):
    server = Server(read_settings(tmp_path), "127.0.0.1", 2)
    assert server.cfg.address == [("127.0.0.1", server.settings.port)]
    assert server.cfg.threads == 2
