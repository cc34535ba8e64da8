from __future__ import annotations

import subprocess
import sys

from framework.bot.bot import Bot
from framework.bot.domain import Domain, Intent, ResponseVariation, Slot
from framework.errors import Location
from framework.training.fingerprints import DataFingerprints, fingerprint
from framework.training.places import without_places


def test_equal_things_have_equal_fingerprints_in_every_process() -> None:
    code = "from framework.training.fingerprints import DataFingerprints, fingerprint; print(fingerprint({'b': {2, 1}, 'a': 'x'}))"
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(runs) == 1


def test_any_difference_shows() -> None:
    things = [None, 0, "", (), [1], ["1"], {"a": 1}, {"a": 2}, [[1], 2], [1, [2]]]
    assert len({fingerprint(thing) for thing in things}) == len(things) - 0


def test_places_are_taken_out_at_any_depth() -> None:
    here = Location("domain.yml", 3)
    domain = Domain(
        slots={"size": Slot(name="size", type="text", where=here)},
        responses={"utter_hi": (ResponseVariation(text="Hi", custom={"where": "kept"}, where=here),)},
    )
    bare = without_places(domain)
    assert bare.slots["size"].where is None
    assert bare.responses["utter_hi"][0].where is None
    assert bare.responses["utter_hi"][0].custom == {"where": "kept"}
    assert domain.slots["size"].where == here


def test_what_only_words_questions_trains_no_policy() -> None:
    plain = Bot(domain=Domain(intents={"greet": Intent(name="greet")}))
    labelled = Domain(intents={"greet": Intent(name="greet", label={"": "saying hello"})}, max_rephrasings=2)
    assert DataFingerprints(plain).dialogue_domain() == DataFingerprints(Bot(domain=labelled)).dialogue_domain()
    assert DataFingerprints(plain).domain() != DataFingerprints(Bot(domain=labelled)).domain()
