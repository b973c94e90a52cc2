"""The first paper of a worker that has just begun, with the plans of a folder: run by test_press."""

import json
import resource
import sys
import time
from pathlib import Path

from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.press.kept import Plans
from skillhub.kernel.settings import ROOT


def main():
    template = load_template(ROOT / "templates" / "certificates" / "award")
    before = time.process_time()
    with Press(plans=Plans(Path(sys.argv[1]))) as press:
        assert press.stamped(template, template.about.example).block
    own, used = time.process_time() - before, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"own": own * 1000, "engine": (used.ru_utime + used.ru_stime) * 1000}))


if __name__ == "__main__":
    main()
