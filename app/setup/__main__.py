"""`python3 -m app.setup packages page`: set-up ahead of the first start, where an image is built."""

from __future__ import annotations

import sys

from app.setup.environment import RUNTIME_LOCK, this_environment
from app.setup.install import set_up
from app.setup.page_install import set_up_page
from app.setup.start import or_end

STEPS = {"packages": lambda: set_up(this_environment(), [RUNTIME_LOCK]), "page": set_up_page}

if __name__ == "__main__":
    for name in sys.argv[1:]:
        or_end(STEPS[name])
