"""Exchanges are built from clips by tag and from the usual steps of a client."""

import json
from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from asrgate.audio.clips import ClipSet
from asrgate.audio.source import AudioRef, Silence
from asrgate.suite.given import Given, MissingClip
from asrgate.suite.jobs import Job, NotDriven, Order
from asrgate.wire.dialects import FUNASR_2PASS, FUNASR_OFFLINE, FUNASR_PYTHON, FUNASR_REALTIME
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import AwaitTerminator, Close, Scenario, SendText, StreamAudio
from suite.grounds import noting


def opening_of(scenario: Scenario) -> dict[str, object]:
    """The fields of its opening frame."""
    step = next(step for step in scenario.steps if isinstance(step, SendText) and step.role == "config")
    fields: dict[str, object] = json.loads(step.text)
    return fields


def test_clips_are_chosen_by_tag(given: Given) -> None:
    """The first clip with the tag, in the order of the manifest."""
    assert given.tagged("pauses")[0].id == "rests"
    assert given.shortest("plain").id == "call"
    assert (given.sentence().id, given.other_sentence().id) == ("rise", "fall")


def test_sentence_prefers_more_than_two_seconds_of_speech(given: Given) -> None:
    """A clip that is long enough for a partial comes before shorter ones."""
    short, *_ = given.clips.clips
    long = replace(short, id="long", speech_end_ms=2900)
    clips = ClipSet(given.clips.directory, (short, long))
    assert replace(given, clips=clips).sentence().id == "long"


def test_missing_tag_is_named(given: Given) -> None:
    """The sentence that a report shows says which tag the folder lacks, or how many clips."""
    with pytest.raises(MissingClip, match=r"^the fixtures folder has no clip tagged 'hotword'$"):
        given.tagged("hotword")
    with pytest.raises(MissingClip, match=r"^the fixtures folder has 3 clips tagged 'plain', 5 are needed$"):
        given.tagged("plain", at_least=5)


def test_utterance_waits_as_long_as_the_audio_allows(given: Given) -> None:
    """The terminator may take 10 s plus the length of the audio, silence around it included (END-01)."""
    scenario = given.utterance(given.sentence(), silence_after_ms=2000)
    waits = [step.timeout_s for step in scenario.steps if isinstance(step, AwaitTerminator)]
    assert waits == [10 + 1.3 + 2.0]


def test_utterance_declares_the_rate_that_it_sends(given: Given) -> None:
    """At 8 kHz the opening frame says so, unless the field is left out."""
    clip = given.sentence()
    scenario = given.utterance(clip, rate_hz=8000)
    (stream,) = (step for step in scenario.steps if isinstance(step, StreamAudio))
    assert stream.audio == AudioRef(clip.id, clip.sha256, 8000)
    assert opening_of(scenario)["audio_fs"] == 8000
    assert "audio_fs" not in opening_of(given.utterance(clip, rate_hz=8000, omit=["audio_fs"]))


def test_padding_is_part_of_the_audio(given: Given) -> None:
    """Silence is put around the clip."""
    (stream,) = (
        step
        for step in given.utterance(given.sentence(), silence_before_ms=500).steps
        if isinstance(step, StreamAudio)
    )
    assert isinstance(stream.audio, AudioRef)
    assert stream.audio.shaping == (Silence(500, 0),)


def test_mode_is_the_main_one_of_the_dialect(given: Given) -> None:
    """2pass where there is a choice, offline where there is none."""
    clip = given.sentence()
    assert opening_of(replace(given, dialect=FUNASR_2PASS).utterance(clip))["mode"] == "2pass"
    assert opening_of(replace(given, dialect=FUNASR_OFFLINE).utterance(clip))["mode"] == "offline"


SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "itn": st.booleans(),
        "mode": st.sampled_from(["2pass", "online", "offline"]),
        "hotwords": st.dictionaries(st.sampled_from(["do", "re"]), st.integers(1, 20)),
        "chunk_size": st.sampled_from([(5, 10, 5), (3, 6, 3)]),
        "omit": st.lists(st.sampled_from(["itn", "hotwords"]), unique=True),
        "pace": st.sampled_from([None, 1.0]),
    },
)


@for_all(first=SETTINGS, second=SETTINGS)
def test_equal_settings_and_only_they_give_equal_scenarios(
    tones: ClipSet, first: dict[str, object], second: dict[str, object]
) -> None:
    """The name of the audio is drawn from what is sent: equal sessions share it, others never do."""
    given = noting(tones, [])
    one, two = (given.utterance(given.sentence(), **settings) for settings in (first, second))
    if first == second:
        assert one.fingerprint == two.fingerprint
    if one.fingerprint != two.fingerprint:
        assert opening_of(one)["wav_name"] != opening_of(two)["wav_name"]


def test_commands_open_and_end_where_the_dialect_has_them(given: Given) -> None:
    """Hotwords before START, STOP at the end; the name, which no command carries, is told with the close."""
    realtime = replace(given, dialect=FUNASR_REALTIME)
    scenario = realtime.utterance(given.sentence(), hotwords={"阿里": 20}, wav_name="again-1")
    texts = [(step.text, step.role) for step in scenario.steps if isinstance(step, SendText)]
    assert texts == [("HOTWORDS:阿里", "config"), ("START", "config"), ("STOP", "end")]
    assert scenario.steps[-1] == Close(reason="again-1")
    assert scenario.fingerprint != realtime.utterance(given.sentence(), hotwords={"阿里": 20}).fingerprint


def test_scenarios_get_the_name_of_what_is_built(given: Given, jobs: list[Job]) -> None:
    """A scenario without a name of its own takes that of the exchange."""
    named = replace(given, name="plain", purpose="A plain sentence.")
    exchange = named.drive(given.utterance(given.sentence()))
    named.drive(given.utterance(given.sentence(), name="own"))
    assert exchange.scenario.purpose == "A plain sentence."
    assert [job.scenarios[0].name for job in jobs] == ["plain", "own"]


def test_order_in_time_is_asked_for(given: Given, jobs: list[Job]) -> None:
    """One after another, all at once, or after others."""
    one, two = (given.utterance(clip) for clip in given.tagged("plain", at_most=2))
    first, _ = given.in_turn([one, two])
    given.at_once(one, two)
    given.drive(two, after=[first])
    assert [job.order for job in jobs] == [Order.IN_TURN, Order.AT_ONCE, Order.IN_TURN]
    assert jobs[2].after == {one.fingerprint}


def test_whichever_leaves_out_what_has_no_clips(given: Given) -> None:
    """One missing tag does not take the others with it, but with all missing there is nothing."""

    def plain(given: Given) -> Exchange:
        return given.drive(given.utterance(given.sentence()))

    def many(given: Given) -> list[Exchange]:
        return [given.drive(given.utterance(clip)) for clip in given.tagged("plain")]

    def missing(given: Given) -> Exchange:
        return given.drive(given.utterance(given.tagged("hotword")[0]))

    assert len(given.whichever(missing, plain, many)) == 4
    with pytest.raises(MissingClip, match="hotword"):
        given.whichever(missing)


def test_whichever_takes_what_was_driven_before_the_end(given: Given) -> None:
    """A run that was broken off judges a row as far as it goes, and says so when there is nothing of it."""

    def driven(given: Given) -> Exchange:
        return given.drive(given.utterance(given.sentence()))

    def not_driven(given: Given) -> Exchange:
        raise NotDriven("the run was interrupted")

    assert given.whichever(not_driven, driven) == (driven(given),)
    with pytest.raises(NotDriven, match="interrupted"):
        given.whichever(not_driven)


def test_noise_is_kept_from_servers_that_may_die_of_it(given: Given) -> None:
    """Images 0.1 end their process on sound without words; silence and speech harm nobody."""
    speech, silence = given.tagged("plain")[0], given.tagged("silence")[0]
    noise = replace(silence, tags=("noise",))
    assert [given.dares_to_send(clip) for clip in (speech, silence, noise)] == [True, True, False]
    assert replace(given, dialect=FUNASR_2PASS).dares_to_send(noise)


def test_clips_that_differ_say_different_things(given: Given) -> None:
    """Two speakers of the same words cannot be told apart; too few is a missing clip."""
    one, other, *_ = given.tagged("plain")
    alike = replace(one, id="again")
    clips = replace(given.clips, clips=(one, alike, other))
    ground = replace(given, clips=clips)
    assert ground.differing("plain", 2) == (one, other)
    with pytest.raises(MissingClip, match="2 clips tagged 'plain' that say different things, 3 are needed"):
        ground.differing("plain", 3)


def test_hotwords_come_in_the_form_of_the_dialect(given: Given) -> None:
    """Weights as JSON, or plain words for a server that hands the text to its model."""
    python = replace(given, dialect=FUNASR_PYTHON)
    (weighted,), (plain,) = (g.opening(**g.hotwords(["阿里", "语音"])) for g in (given, python))
    assert json.loads(json.loads(weighted.text)["hotwords"]) == {"阿里": 20, "语音": 20}
    assert json.loads(plain.text)["hotwords"] == "阿里 语音"
