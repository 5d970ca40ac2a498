package dev.heed.inference.releases;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.runtime.ModelException;
import dev.heed.inference.text.ChatMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a reply is worth in its context, as the trainer's reward model sees it: from the tokens of
 * {@code [CLS] last tokens of the last turns [SEP] first tokens of the reply [SEP]} to p_good and,
 * where the model has learnt it, p_rude. Used by any thread.
 */
public final class RewardModel implements AutoCloseable {

  private static final String FIELD = "reward model";
  private static final String GOOD = "p_good";
  private static final String RUDE = "p_rude";
  private static final int MOST_TOKENS = 4096;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final HuggingFaceTokenizer tokenizer;
  private final Layout layout;
  private final String title;

  /** How tokens are laid out; the trainer writes it into reward.json. */
  private record Layout(long cls, long sep, int turns, int contextTokens, int replyTokens) {

    static Layout of(JsonNode json) {
      return new Layout(
          number(json, "cls"),
          number(json, "sep"),
          number(json, "context_turns"),
          number(json, "context_tokens"),
          number(json, "reply_tokens"));
    }

    private static int number(JsonNode json, String field) {
      JsonNode value = json.path(field);
      if (!value.isInt() || value.asInt() < 1 || value.asInt() > 1 << 20) {
        throw new ModelException(FIELD, "says no " + field);
      }
      return value.asInt();
    }
  }

  private RewardModel(String title, byte[] graph, byte[] tokenizer, Layout layout)
      throws OrtException, IOException {
    this.title = title;
    this.layout = layout;
    this.tokenizer =
        HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizer), Map.of());
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      session = environment.createSession(graph, options);
    }
  }

  /**
   * Loads a released graph and what lies beside it: tokenizer.json and reward.json.
   *
   * @param graph its bytes, whose hash was compared
   * @param folder where it lies
   * @throws ModelException when it cannot be used
   */
  public static RewardModel load(String title, byte[] graph, Path folder) {
    try {
      byte[] tokenizer = AdapterFile.bytes(folder.resolve("tokenizer.json"));
      JsonNode json = new ObjectMapper().readTree(folder.resolve("reward.json").toFile());
      RewardModel model = new RewardModel(title, graph, tokenizer, Layout.of(json));
      model.worth(List.of(new ChatMessage("user", "a")), List.of("a", "b c"));
      return model;
    } catch (IOException | OrtException e) {
      throw new ModelException(FIELD, "cannot be loaded", e);
    }
  }

  /** The release's name and version. */
  public String title() {
    return title;
  }

  /**
   * What each reply to a conversation is worth beside the others: P(good) less P(rude), [-1, 1],
   * P(good) alone where the model knows nothing of rudeness.
   *
   * @throws ModelException when the graph fails
   */
  public float[] worth(List<ChatMessage> messages, List<String> replies) {
    String context =
        messages.subList(Math.max(0, messages.size() - layout.turns()), messages.size()).stream()
            .map(ChatMessage::content)
            .collect(Collectors.joining("\n"));
    long[] before = plain(context);
    List<long[]> rows = new ArrayList<>();
    for (String reply : replies) {
      rows.add(row(before, plain(reply)));
    }
    int width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    LongBuffer ids = LongBuffer.allocate(rows.size() * width);
    LongBuffer mask = LongBuffer.allocate(rows.size() * width);
    for (int i = 0; i < rows.size(); i++) {
      ids.put(i * width, rows.get(i));
      long[] ones = new long[rows.get(i).length];
      Arrays.fill(ones, 1);
      mask.put(i * width, ones);
    }
    long[] shape = {rows.size(), width};
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask, shape);
        OrtSession.Result result =
            session.run(Map.of("input_ids", idTensor, "attention_mask", maskTensor))) {
      float[] worth = probabilities(result.get(GOOD).orElseThrow());
      Optional<OnnxValue> rudeness = result.get(RUDE);
      if (rudeness.isPresent()) {
        float[] rude = probabilities(rudeness.get());
        for (int i = 0; i < worth.length; i++) {
          worth[i] -= rude[i];
        }
      }
      return worth;
    } catch (OrtException | ClassCastException | java.util.NoSuchElementException e) {
      throw new ModelException(FIELD, "fails", e);
    }
  }

  private static float[] probabilities(OnnxValue output) throws OrtException {
    float[] values = (float[]) output.getValue();
    for (float value : values) {
      if (!(value >= 0 && value <= 1)) {
        throw new ModelException(FIELD, "gives what is no probability");
      }
    }
    return values;
  }

  /**
   * The index of the best of some replies.
   *
   * @throws ModelException when the graph fails
   */
  public int best(List<ChatMessage> messages, List<String> replies) {
    float[] worth = worth(messages, replies);
    int best = 0;
    for (int i = 1; i < worth.length; i++) {
      best = worth[i] > worth[best] ? i : best;
    }
    return best;
  }

  private long[] row(long[] context, long[] reply) {
    int kept = Math.min(context.length, layout.contextTokens());
    int said = Math.min(reply.length, layout.replyTokens());
    long[] row = new long[Math.min(MOST_TOKENS, kept + said + 3)];
    row[0] = layout.cls();
    System.arraycopy(context, context.length - kept, row, 1, kept);
    row[1 + kept] = layout.sep();
    System.arraycopy(reply, 0, row, 2 + kept, said);
    row[row.length - 1] = layout.sep();
    return row;
  }

  /** Who writes the name of a separator writes nothing. */
  private long[] plain(String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .filter(id -> id != layout.cls() && id != layout.sep())
        .toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException(FIELD, "cannot be closed", e);
    }
  }
}
