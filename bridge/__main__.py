"""`python -m bridge …`."""

import sys

from bridge import masking
from bridge.cli import main

masking.install()
sys.exit(main())
