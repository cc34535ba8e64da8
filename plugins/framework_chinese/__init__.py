"""JiebaTokenizer: the words of Chinese messages."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "tokenizer",
            "JiebaTokenizer",
            "framework_chinese.jieba_tokenizer:JiebaTokenizer",
            aliases=("rasa.nlu.tokenizers.jieba_tokenizer.JiebaTokenizer",),
            extra="chinese",
            summary="Splits Chinese messages into words, with dictionaries of your own.",
        )
    ]
