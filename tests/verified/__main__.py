"""Run heavy proofs and stamp them: ``python3 -m seglib verify [NAME [options of that proof]]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from stamps import modules_hash, proofs, remarks, write_stamp


def main(words: Sequence[str]) -> int:
    """The named proof with what follows its name, or all; 1 where one does not hold."""
    known = proofs()
    if words and words[0] not in known:
        print(f"There is no proof {words[0]!r}. Known are {', '.join(known)}.", file=sys.stderr)
        return 2
    failed = False
    for name in words[:1] or known:
        proof = known[name]
        before = modules_hash(proof.modules)
        found = proof.run(words[1:])
        if modules_hash(proof.modules) != before:
            print(f"{name}: its modules changed during the run, so no stamp", file=sys.stderr)
            failed = True
            continue
        write_stamp(proof, words[1:], found, before)
        print(f"{name}: {remarks(proof) or 'holds'}")
        failed |= not found["holds"]
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
