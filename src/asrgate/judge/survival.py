"""ROB: what may take a server down, judged by what came after it (docs/protocol.md section 11)."""

from collections.abc import Sequence

from asrgate.judge.aftermath import Aftermath, Fate, State, fate_of, opened, shown
from asrgate.judge.breach import counted
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed

TOO_LARGE = 1009
"""Close code for a message that is too large to process (RFC 6455, section 7.4.1)."""


def survives_broken_json(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-01: text frames that are no JSON take down neither the server nor another session."""
    return survived("ROB-01", aftermaths)


def broken_json_is_not_muted(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-02: a session that sent no JSON gets an error, a close, or the answer to what it sends then."""
    survival = survived("ROB-02", aftermaths)
    muted = [a for a in aftermaths if fate_of(a).state is State.MUTED]
    if not muted:
        return survival
    return failed(
        "ROB-02",
        f"after {muted[0].what} no error, no close and no answer to a whole utterance on the same connection"
        f"{_more(len(muted) - 1)}",
        *shown(muted[0]),
    )


def survives_other_json(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-03: JSON that is no object takes down nothing."""
    return survived("ROB-03", aftermaths)


def survives_hotwords_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-04: hotwords that are no string take down nothing."""
    return survived("ROB-04", aftermaths)


def survives_chunk_size_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-05: a chunk_size that is no array of numbers takes down nothing."""
    return survived("ROB-05", aftermaths)


def survives_negative_steps(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-07: a negative step length takes down nothing, also when speech follows."""
    return survived("ROB-07", aftermaths)


def survives_huge_steps(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-08: step lengths beyond 32 bits of samples take down nothing, also when speech follows."""
    return survived("ROB-08", aftermaths)


def survives_odd_contexts(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-09: negative and huge first and last numbers of chunk_size take down nothing."""
    return survived("ROB-09", aftermaths)


def survives_wav_name_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-10: a wav_name that is no string takes down nothing."""
    return survived("ROB-10", aftermaths)


def survives_mode_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-11: a mode that is no string takes down nothing."""
    return survived("ROB-11", aftermaths)


def survives_itn_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-12: an itn that is no boolean takes down nothing."""
    return survived("ROB-12", aftermaths)


def survives_audio_fs_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-13: an audio_fs that is no number takes down nothing."""
    return survived("ROB-13", aftermaths)


def survives_audio_fs_of_zero(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-14: an audio_fs of zero takes down nothing."""
    return survived("ROB-14", aftermaths)


def survives_absurd_rates(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-15: an absurd audio_fs does not hold up the server for others."""
    return survived("ROB-15", aftermaths)


def survives_wav_format_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-16: a wav_format that is no string takes down nothing."""
    return survived("ROB-16", aftermaths)


def survives_svs_settings_of_any_type(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-17: SenseVoice settings of the wrong type take down nothing."""
    return survived("ROB-17", aftermaths)


def survives_nested_json(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-18: 200,000 nested arrays take down nothing."""
    return survived("ROB-18", aftermaths)


def closes_on_large_messages(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-21: a message above the limit closes its connection with 1009, and no other (RFC 6455 7.4.1).

    A server that closes nothing has a higher limit, or none.
    """
    survival = survived("ROB-21", aftermaths)
    for aftermath in aftermaths:
        for session in filter(opened, aftermath.hostile):
            if not fate_of(aftermath).survived or session.closing is None:
                continue
            if session.closing.who == "client":
                accepted = f"the server closes nothing for {aftermath.what}: the limit is higher, or none"
                return inconclusive("ROB-21", accepted, evidence(session))
            if session.closing.code != TOO_LARGE:
                came = f"{session.closing.who} close {session.closing.code}"
                said = f"{came} after {aftermath.what}, expected close {TOO_LARGE} by the server"
                return failed("ROB-21", said, evidence(session))
    return survival


def survives_generated_configurations(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-32: opening frames in which any field may have any value take down nothing."""
    return survived("ROB-32", aftermaths)


def survives_end_before_config(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-24: an end before any configuration takes down nothing."""
    return survived("ROB-24", aftermaths)


def survives_sound_without_speech(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-26: noise, clicks, bursts, an offset and a square wave take down nothing."""
    return survived("ROB-26", aftermaths)


def survives_churn(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-27: 100 quick connections beside a live utterance take down nothing."""
    return survived("ROB-27", aftermaths)


def survives_broken_uploads(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-28: clients that are gone in the midst of an upload take down nothing."""
    return survived("ROB-28", aftermaths)


def survives_back_to_back(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-29: a second utterance before the reply to the first takes down nothing."""
    return survived("ROB-29", aftermaths)


def survives_vanished_clients(aftermaths: Sequence[Aftermath]) -> Finding:
    """ROB-30: clients that fall silent, or are gone without a close, take down nothing."""
    return survived("ROB-30", aftermaths)


def survived(requirement: str, aftermaths: Sequence[Aftermath]) -> Finding:
    """Whether everybody else is served as before after each input."""
    fates = [(aftermath, fate_of(aftermath)) for aftermath in aftermaths]
    broken = [(a, fate) for a, fate in fates if not fate.survived and fate.state is not State.UNTRIED]
    if broken:
        # What ended it all comes last, and weighs most.
        first, fate = max(broken, key=_gravity)
        return failed(requirement, fate.sentence + _more(len(broken) - 1), *shown(first))
    for aftermath, fate in fates:
        if fate.state is State.UNTRIED:
            return inconclusive(requirement, fate.sentence, *shown(aftermath))
    if not fates:
        return inconclusive(requirement, "nothing hostile was sent")
    each = "after each" if len(fates) > 1 else "after it"
    return passed(
        requirement,
        f"{counted(len(fates), 'input')}, {_told(fates)}; {each} a known utterance reads as before on a new "
        f"connection, and an idle one beside it stays open",
        *(frames for aftermath, _ in fates for frames in _hostile_frames(aftermath)),
    )


def _told(fates: Sequence[tuple[Aftermath, Fate]]) -> str:
    """What the hostile sessions themselves got: how many were served, and which were muted or closed."""
    by_state = {
        state: [aftermath.what for aftermath, fate in fates if fate.state is state]
        for state in (State.SERVED, State.MUTED, State.CLOSED)
    }
    served = len(by_state.pop(State.SERVED))
    named = [f"{state}: {', '.join(inputs)}" for state, inputs in by_state.items() if inputs]
    if not named:
        return "all of them answered or let pass" if served > 1 else "answered or let pass"
    return "; ".join([f"{served} of them answered or let pass", *named] if served else named)


def _gravity(broken: tuple[Aftermath, Fate]) -> bool:
    return broken[1].fatal


def _hostile_frames(aftermath: Aftermath) -> Sequence[Evidence]:
    return shown(aftermath)[:-2]


def _more(others: int) -> str:
    return f" ({others} more like it)" if others > 0 else ""
