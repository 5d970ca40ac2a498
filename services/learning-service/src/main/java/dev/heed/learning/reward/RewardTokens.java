package dev.heed.learning.reward;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.dataset.Row;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Token ids as reward models take them: [CLS] the last tokens of the last turns [SEP] the first
 * tokens of the reply [SEP]; the two special ids in a text are dropped, so that nobody writes a
 * separator. The numbers stand in the model's manifest.
 */
final class RewardTokens implements AutoCloseable {

  private final HuggingFaceTokenizer tokenizer;
  private final long cls;
  private final long sep;
  private final int turns;
  private final int contextTokens;
  private final int replyTokens;

  /**
   * @param json the tokenizer's file
   * @param inputs how tokens are laid out
   */
  RewardTokens(byte[] json, JsonNode inputs) throws IOException {
    cls = inputs.path("cls").asLong(101);
    sep = inputs.path("sep").asLong(102);
    turns = inputs.path("context_turns").asInt(3);
    contextTokens = inputs.path("context_tokens").asInt(80);
    replyTokens = inputs.path("reply_tokens").asInt(128);
    tokenizer =
        HuggingFaceTokenizer.newInstance(
            new ByteArrayInputStream(json),
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
  }

  long[] ids(List<Row.Said> context, String reply) {
    String before =
        context.subList(Math.max(0, context.size() - turns), context.size()).stream()
            .map(Row.Said::text)
            .collect(Collectors.joining("\n"));
    long[] a = plain(before);
    long[] b = plain(reply);
    long[] last = Arrays.copyOfRange(a, Math.max(0, a.length - contextTokens), a.length);
    long[] first = Arrays.copyOf(b, Math.min(b.length, replyTokens));
    long[] separator = {sep};
    return Stream.of(new long[] {cls}, last, separator, first, separator)
        .flatMapToLong(LongStream::of)
        .toArray();
  }

  /** The id of a text of one token. */
  long single(String text) {
    return plain(text)[0];
  }

  private long[] plain(String text) {
    return LongStream.of(tokenizer.encode(text).getIds())
        .filter(id -> id != cls && id != sep)
        .toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
