import sys
from pathlib import Path

sys.path.remove(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent.parent))  # where this package lies, behind all others

from judge.judging import main

sys.exit(main(sys.argv[1]))
