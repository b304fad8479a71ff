"""Error rates of one text against another."""

from asrgate.measure.error_rate import Edit, align, nearest, unit_of


def test_chinese_is_counted_in_characters() -> None:
    """One wrong, one lost and one added character of eight are three eighths."""
    alignment = align("今天天气真很不错", "今田天气很不错呀")
    assert (alignment.substitutions, alignment.deletions, alignment.insertions) == (1, 1, 1)
    assert alignment.units == 8
    assert alignment.rate == 0.375


def test_english_is_counted_in_words() -> None:
    """One wrong word of four is a quarter, however many letters differ."""
    alignment = align("the quick brown fox", "the quick brown box", unit_of("en"))
    assert alignment.rate == 0.25
    assert alignment.edits[-1] == Edit(op="substitute", reference="fox", hypothesis="box")


def test_the_edits_spell_out_both_texts() -> None:
    """The stretches of an alignment, put together, give the reference and the hypothesis."""
    alignment = align("他们在市场上买了水果", "他们再市场买了的水果")
    assert "".join(edit.reference for edit in alignment.edits) == "他们在市场上买了水果"
    assert "".join(edit.hypothesis for edit in alignment.edits) == "他们再市场买了的水果"
    assert [edit.op for edit in alignment.edits if edit.op != "equal"] == ["substitute", "delete", "insert"]


def test_nothing_spoken_has_no_rate() -> None:
    """Text where nobody speaks is all insertions, and its rate is None, not infinity and not 0."""
    alignment = align("", "嗯嗯")
    assert alignment.insertions == 2
    assert alignment.rate is None


def test_nothing_heard_loses_everything() -> None:
    """An empty answer to speech is a rate of 1."""
    assert align("今天", "").rate == 1.0


def test_either_accepted_form_is_right() -> None:
    """A date may be written in digits or as it is spoken, and the form that was met is named."""
    accepted = ("二零二四年七月", "2024年7月")
    assert nearest(accepted, "2024年7月。")[0] == "2024年7月"
    assert nearest(accepted, "2024年7月。")[1].rate == 0.0
    assert nearest(accepted, "二零二四年七月")[1].rate == 0.0
