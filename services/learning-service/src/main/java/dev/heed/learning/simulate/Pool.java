package dev.heed.learning.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.reward.Features;
import dev.heed.learning.reward.RewardModel;
import dev.heed.learning.reward.SentenceEncoder;
import dev.heed.learning.tools.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prompts and, for each, candidates of a reply: sampled from the chat model, and, last, the words
 * with which Heed declines. Sampling and the classifier's word are kept on disk by seed and scale.
 */
record Pool(List<Prompt> prompts, List<List<Candidate>> candidates) {

  /** What is served when the reranker declines. */
  static final String DECLINE = "Sorry, I would rather not help with that. May I help otherwise?";

  private static final JsonMapper JSON = new JsonMapper();

  /** Where a pool comes from. */
  static final class Maker {

    private final Children children;
    private final Path cache;

    /**
     * @param cache folder of pools that were made before
     */
    Maker(Children children, Path cache) {
      this.children = children;
      this.cache = cache;
    }

    /**
     * The pool of a seed; takes minutes the first time.
     *
     * @param model names the chat model, for the cache
     */
    Pool make(List<Prompt> prompts, Scale scale, long seed, String model)
        throws IOException, InterruptedException {
      String key = Integer.toHexString((prompts + "|" + scale + "|" + model).hashCode());
      Path file = cache.resolve("pool-" + seed + "-" + key + ".json");
      Map<String, List<JsonNode>> replies = new LinkedHashMap<>();
      prompts.forEach(prompt -> replies.put(prompt.id(), new ArrayList<>()));
      List<JsonNode> rated = Files.exists(file) ? read(file) : fresh(prompts, scale, seed, file);
      rated.forEach(node -> replies.get(node.path("prompt").asText()).add(node));
      return encode(prompts, replies);
    }

    private static List<JsonNode> read(Path file) throws IOException {
      List<JsonNode> nodes = new ArrayList<>();
      JSON.readTree(file.toFile()).forEach(nodes::add);
      return nodes;
    }

    private List<JsonNode> fresh(List<Prompt> prompts, Scale scale, long seed, Path file)
        throws IOException, InterruptedException {
      List<ObjectNode> rows = sample(prompts, scale, seed);
      prompts.forEach(prompt -> rows.add(row(prompt, scale.replies(), DECLINE)));
      rate(prompts, rows);
      Files.createDirectories(cache);
      Path partial = Files.createTempFile(cache, "pool", ".part");
      JSON.writeValue(partial.toFile(), rows);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      return new ArrayList<>(rows);
    }

    private List<ObjectNode> sample(List<Prompt> prompts, Scale scale, long seed)
        throws IOException, InterruptedException {
      int all = prompts.size() * scale.replies();
      var asked =
          prompts.stream()
              .map(p -> JSON.createObjectNode().put("id", p.id()).put("text", p.text()))
              .toList();
      List<String> args =
          List.of(
              "sample",
              "--n=" + scale.replies(),
              "--max-tokens=" + scale.maxTokens(),
              "--seed=" + seed);
      List<JsonNode> sampled =
          children.run(args, asked, n -> tell("sampled", n, all, Math.max(1, all / 10)));
      Map<String, Prompt> byId = new LinkedHashMap<>();
      prompts.forEach(prompt -> byId.put(prompt.id(), prompt));
      List<ObjectNode> rows = new ArrayList<>();
      for (JsonNode reply : sampled) {
        Prompt prompt = byId.get(reply.path("id").asText());
        rows.add(row(prompt, reply.path("n").asInt(), reply.path("text").asText()));
      }
      rows.sort(java.util.Comparator.comparing(node -> node.path("id").asText()));
      return rows;
    }

    private static ObjectNode row(Prompt prompt, int n, String text) {
      ObjectNode row = JSON.createObjectNode().put("id", prompt.id() + "/" + n);
      return row.put("prompt", prompt.id()).put("text", text);
    }

    private void rate(List<Prompt> prompts, List<ObjectNode> rows)
        throws IOException, InterruptedException {
      Map<String, String> asked = new LinkedHashMap<>();
      prompts.forEach(prompt -> asked.put(prompt.id(), prompt.text()));
      List<ObjectNode> lines = new ArrayList<>();
      for (ObjectNode row : rows) {
        ObjectNode line = JSON.createObjectNode().put("id", row.path("id").asText());
        line.putArray("context").add(asked.get(row.path("prompt").asText()));
        lines.add(line.put("text", row.path("text").asText()).put("role", "bot"));
      }
      List<JsonNode> verdicts =
          children.run(List.of("classify"), lines, n -> tell("classified", n, rows.size(), 500));
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).put("unsafe", verdicts.get(i).path("unsafe").asDouble());
      }
    }

    private static void tell(String what, int number, int all, int every) {
      if (number % every == 0 || number == all) {
        System.err.println("heed learn: " + what + " " + number + " of " + all);
      }
    }
  }

  private static Pool encode(List<Prompt> prompts, Map<String, List<JsonNode>> replies) {
    List<List<float[]>> raw = new ArrayList<>();
    try (SentenceEncoder encoder = new SentenceEncoder(2)) {
      float[] decline = encoder.encode(DECLINE);
      for (Prompt prompt : prompts) {
        float[] asked = encoder.encode(prompt.text());
        List<float[]> features = new ArrayList<>();
        for (JsonNode reply : replies.get(prompt.id())) {
          String text = reply.path("text").asText();
          float[] said = text.equals(DECLINE) ? decline : encoder.encode(text);
          features.add(Features.of(asked, said, text, reply.path("unsafe").asDouble()));
        }
        raw.add(features);
      }
    }
    var scale = new RewardModel.Scale(raw.stream().flatMap(List::stream).toList());
    List<List<Candidate>> candidates = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      Prompt prompt = prompts.get(p);
      List<Candidate> of = new ArrayList<>();
      for (int c = 0; c < raw.get(p).size(); c++) {
        JsonNode reply = replies.get(prompt.id()).get(c);
        var verdict = Judges.judge(prompt.text(), prompt.harm(), reply.path("text").asText());
        of.add(
            new Candidate(
                reply.path("id").asText(),
                reply.path("unsafe").asDouble(),
                scale.of(raw.get(p).get(c)),
                verdict));
      }
      candidates.add(of);
    }
    return new Pool(prompts, candidates);
  }
}
