"""SCH: the form of every reply (docs/protocol.md section 4)."""

from collections.abc import Sequence

from asrgate.judge import labels, refusals, schema, slices
from asrgate.judge.finding import Finding
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("SCH-01")
def test_messages_are_objects(ordinary: Sequence[Exchange]) -> Finding:
    return schema.messages_are_objects(ordinary)


@check("SCH-02")
def test_results_are_typed(ordinary: Sequence[Exchange]) -> Finding:
    return schema.results_are_typed(ordinary)


@check("SCH-03")
def test_wav_name_echoed(ordinary: Sequence[Exchange]) -> Finding:
    return labels.wav_name_echoed(ordinary)


@check("SCH-04")
def test_modes_allowed(ordinary: Sequence[Exchange]) -> Finding:
    return labels.modes_allowed(ordinary)


@check("SCH-05")
def test_every_message_has_a_mode(ordinary: Sequence[Exchange], empty: Exchange) -> Finding:
    return labels.every_message_has_a_mode([*ordinary, empty])


@check("SCH-06")
def test_is_final_follows_the_rule(ordinary: Sequence[Exchange], falls_silent: Exchange) -> Finding:
    return labels.is_final_follows_the_rule([*ordinary, falls_silent])


@check("SCH-07")
def test_timestamp_strings_parse(ordinary: Sequence[Exchange]) -> Finding:
    return schema.timestamp_strings_parse(ordinary)


@check("SCH-08")
def test_timestamps_keep_their_types(ordinary: Sequence[Exchange], empty: Exchange) -> Finding:
    return schema.timestamps_keep_their_types([*ordinary, empty])


@check("SCH-09")
def test_stamp_sents_are_arrays(ordinary: Sequence[Exchange]) -> Finding:
    return schema.stamp_sents_are_arrays(ordinary)


@check("SCH-10")
def test_sentences_begin_with_words(ordinary: Sequence[Exchange]) -> Finding:
    return schema.sentences_begin_with_words(ordinary)


@check("SCH-11")
def test_unknown_fields_are_listed(ordinary: Sequence[Exchange]) -> Finding:
    return schema.unknown_fields_are_listed(ordinary)


@check("SCH-12")
def test_slices_follow(ordinary: Sequence[Exchange]) -> Finding:
    return slices.slices_follow(ordinary)


@check("SCH-13")
def test_sentence_times_fit(ordinary: Sequence[Exchange]) -> Finding:
    return slices.sentence_times_fit(ordinary)


@check("SCH-14")
def test_errors_look_like_errors(refused: Sequence[Exchange], plain: Exchange) -> Finding:
    return refusals.errors_look_like_errors(refused, plain)


@check("SCH-15")
def test_messages_stay_small(ordinary: Sequence[Exchange]) -> Finding:
    return schema.messages_stay_small(ordinary)
