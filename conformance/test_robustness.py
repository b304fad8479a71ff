"""ROB: what a client should not send, and the endpoint should survive (docs/protocol.md section 11)."""

from collections.abc import Sequence

from asrgate.judge import generated, robustness, survival
from asrgate.judge.aftermath import Aftermath
from asrgate.judge.finding import Finding
from asrgate.judge.generated import Generated
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("ROB-01")
def test_survives_broken_json(broken_json: Sequence[Aftermath]) -> Finding:
    return survival.survives_broken_json(broken_json)


@check("ROB-02")
def test_broken_json_is_not_muted(broken_json: Sequence[Aftermath]) -> Finding:
    return survival.broken_json_is_not_muted(broken_json)


@check("ROB-03")
def test_survives_other_json(other_json: Sequence[Aftermath]) -> Finding:
    return survival.survives_other_json(other_json)


@check("ROB-04")
def test_survives_hotwords_of_any_type(hotwords_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_hotwords_of_any_type(hotwords_types)


@check("ROB-05")
def test_survives_chunk_size_of_any_type(chunk_size_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_chunk_size_of_any_type(chunk_size_types)


@check("ROB-06")
def test_survives_wrong_chunk_sizes(
    wrong_chunk_sizes: Sequence[Exchange], after_hostile: Exchange, plain: Exchange
) -> Finding:
    return robustness.survives_wrong_chunk_sizes(wrong_chunk_sizes, after_hostile, plain)


@check("ROB-07")
def test_survives_negative_steps(negative_steps: Sequence[Aftermath]) -> Finding:
    return survival.survives_negative_steps(negative_steps)


@check("ROB-08")
def test_survives_huge_steps(huge_steps: Sequence[Aftermath]) -> Finding:
    return survival.survives_huge_steps(huge_steps)


@check("ROB-09")
def test_survives_odd_contexts(odd_contexts: Sequence[Aftermath]) -> Finding:
    return survival.survives_odd_contexts(odd_contexts)


@check("ROB-10")
def test_survives_wav_name_of_any_type(name_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_wav_name_of_any_type(name_types)


@check("ROB-11")
def test_survives_mode_of_any_type(mode_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_mode_of_any_type(mode_types)


@check("ROB-12")
def test_survives_itn_of_any_type(itn_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_itn_of_any_type(itn_types)


@check("ROB-13")
def test_survives_audio_fs_of_any_type(rate_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_audio_fs_of_any_type(rate_types)


@check("ROB-14")
def test_survives_audio_fs_of_zero(rate_zero: Sequence[Aftermath]) -> Finding:
    return survival.survives_audio_fs_of_zero(rate_zero)


@check("ROB-15")
def test_survives_absurd_rates(absurd_rates: Sequence[Aftermath]) -> Finding:
    return survival.survives_absurd_rates(absurd_rates)


@check("ROB-16")
def test_survives_wav_format_of_any_type(format_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_wav_format_of_any_type(format_types)


@check("ROB-17")
def test_survives_svs_settings_of_any_type(svs_types: Sequence[Aftermath]) -> Finding:
    return survival.survives_svs_settings_of_any_type(svs_types)


@check("ROB-18")
def test_survives_nested_json(nested: Sequence[Aftermath]) -> Finding:
    return survival.survives_nested_json(nested)


@check("ROB-19")
def test_answers_long_names_in_measure(
    long_name: Exchange, after_hostile: Exchange, plain: Exchange
) -> Finding:
    return robustness.answers_long_names_in_measure(long_name, after_hostile, plain)


@check("ROB-20")
def test_closes_on_invalid_utf8(invalid_utf8: Exchange, after_hostile: Exchange, plain: Exchange) -> Finding:
    return robustness.closes_on_invalid_utf8(invalid_utf8, after_hostile, plain)


@check("ROB-21")
def test_closes_on_large_messages(large_message: Sequence[Aftermath]) -> Finding:
    return survival.closes_on_large_messages(large_message)


@check("ROB-22")
def test_survives_odd_frames(
    odd_frames: Sequence[Exchange], after_hostile: Exchange, plain: Exchange
) -> Finding:
    return robustness.survives_odd_frames(odd_frames, after_hostile, plain)


@check("ROB-23")
def test_survives_audio_before_config(
    audio_first: Exchange, after_hostile: Exchange, plain: Exchange
) -> Finding:
    return robustness.survives_audio_before_config(audio_first, after_hostile, plain)


@check("ROB-24")
def test_survives_end_before_config(end_before_config: Sequence[Aftermath]) -> Finding:
    return survival.survives_end_before_config(end_before_config)


@check("ROB-25")
def test_survives_resets(resets: Sequence[Exchange], after_hostile: Exchange, plain: Exchange) -> Finding:
    return robustness.survives_resets(resets, after_hostile, plain)


@check("ROB-26")
def test_survives_sound_without_speech(unvoiced: Sequence[Aftermath]) -> Finding:
    return survival.survives_sound_without_speech(unvoiced)


@check("ROB-27")
def test_survives_churn(churn: Sequence[Aftermath]) -> Finding:
    return survival.survives_churn(churn)


@check("ROB-28")
def test_survives_broken_uploads(broken_uploads: Sequence[Aftermath]) -> Finding:
    return survival.survives_broken_uploads(broken_uploads)


@check("ROB-29")
def test_survives_back_to_back(back_to_back: Sequence[Aftermath]) -> Finding:
    return survival.survives_back_to_back(back_to_back)


@check("ROB-30")
def test_survives_vanished_clients(vanished: Sequence[Aftermath]) -> Finding:
    return survival.survives_vanished_clients(vanished)


@check("ROB-31")
def test_leaves_no_residue(invalid_utf8: Exchange, after_hostile: Exchange, plain: Exchange) -> Finding:
    return robustness.leaves_no_residue(invalid_utf8, after_hostile, plain)


@check("ROB-32")
def test_survives_generated_configurations(generated_configurations: Sequence[Aftermath]) -> Finding:
    return survival.survives_generated_configurations(generated_configurations)


@check("ROB-33")
def test_generated_sessions_keep_the_rules(generated_sessions: Generated) -> Finding:
    return generated.generated_sessions_keep_the_rules(generated_sessions)
