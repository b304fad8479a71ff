"""Strategies for the commands of funasr-realtime (docs/protocol.md section 3.8)."""

from hypothesis import strategies as st

STARTS = st.sampled_from(["START", "start", " Start ", "START\n"])
STOPS = st.sampled_from(["STOP", "stop", " Stop "])

ASIDES = st.one_of(
    st.sampled_from(["LANGUAGE:zh", "language:zh", "HOTWORDS:", "HOTWORDS:阿里巴巴,语音识别"]),
    st.sampled_from(
        ["POSTPROCESS_HOTWORDS:阿里爸爸=>阿里巴巴", "COMMIT", "", "PING", '{"mode":"2pass"}', "[1,2]"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)
"""Commands beside START and STOP, and text that is none."""
