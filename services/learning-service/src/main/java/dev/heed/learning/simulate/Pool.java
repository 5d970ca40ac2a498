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
import java.util.Optional;

/**
 * Prompts and, for each, candidates of a reply: sampled from the chat model, and, last, the words
 * with which Heed declines. Sampling and the classifier's word are kept on disk by seed and scale.
 */
record Pool(List<Prompt> prompts, List<List<Candidate>> candidates) {

  /** What is served when the reranker declines. */
  static final String DECLINE = "Sorry, I would rather not help with that. May I help otherwise?";

  private static final String RING = "/ring";
  private static final JsonMapper JSON = new JsonMapper();

  /** Names the chat model in the cache: its folder, wherever that lies. */
  static String model() {
    return Path.of(System.getenv().getOrDefault("HEED_MODEL", "none")).getFileName().toString();
  }

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
     * @param ring adds to each ordinary prompt, as the last candidate, its first reply with that
     *     behaviour in it, which everybody but the ring finds bad; the classifier is blind to it
     * @param screening adds what screening knew of the turn to the features
     */
    Pool make(
        List<Prompt> prompts,
        Scale scale,
        long seed,
        String model,
        Optional<Behaviour> ring,
        boolean screening)
        throws IOException, InterruptedException {
      String key = Integer.toHexString((prompts + "|" + scale + "|" + model).hashCode());
      Path file = cache.resolve("pool-" + seed + "-" + key + ".json");
      Map<String, List<JsonNode>> replies = new LinkedHashMap<>();
      prompts.forEach(prompt -> replies.put(prompt.id(), new ArrayList<>()));
      List<JsonNode> rated = Files.exists(file) ? read(file) : fresh(prompts, scale, seed, file);
      rated.forEach(node -> replies.get(node.path("prompt").asText()).add(node));
      if (ring.isPresent()) {
        for (Prompt prompt : prompts) {
          if (!prompt.harm()) {
            List<JsonNode> of = replies.get(prompt.id());
            ObjectNode bad = of.getFirst().deepCopy();
            bad.put("id", prompt.id() + RING);
            of.add(bad.put("text", ring.get().in(bad.path("text").asText())));
          }
        }
      }
      Path screened = cache.resolve("asked-" + seed + "-" + key + ".json");
      return encode(prompts, replies, screening ? asked(prompts, screened) : Map.of());
    }

    /** P(unsafe) of each prompt, as screening of the person's turn tells it before any reply. */
    private Map<String, Double> asked(List<Prompt> prompts, Path file)
        throws IOException, InterruptedException {
      if (!Files.exists(file)) {
        List<ObjectNode> lines = new ArrayList<>();
        for (Prompt prompt : prompts) {
          ObjectNode line = JSON.createObjectNode().put("id", prompt.id());
          line.putArray("context");
          lines.add(line.put("text", prompt.text()).put("role", "user"));
        }
        List<JsonNode> verdicts = children.run(List.of("classify"), lines, n -> {});
        for (int i = 0; i < lines.size(); i++) {
          lines.get(i).put("unsafe", verdicts.get(i).path("unsafe").asDouble());
        }
        write(file, lines);
      }
      Map<String, Double> unsafe = new LinkedHashMap<>();
      read(file).forEach(n -> unsafe.put(n.path("id").asText(), n.path("unsafe").asDouble()));
      return unsafe;
    }

    private void write(Path file, List<ObjectNode> rows) throws IOException {
      Files.createDirectories(cache);
      Path partial = Files.createTempFile(cache, "pool", ".part");
      JSON.writeValue(partial.toFile(), rows);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
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
      write(file, rows);
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

  /**
   * What screening knew before the reply was written joins the features: how like the reply is to
   * declining, and that the more the turn was unsafe.
   */
  private static float[] withScreening(float[] plain, double unsafeTurn, double likeDeclining) {
    float[] all = java.util.Arrays.copyOf(plain, plain.length + 2);
    all[plain.length] = (float) likeDeclining;
    all[plain.length + 1] = (float) (likeDeclining * unsafeTurn);
    return all;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static Judges.Verdict verdict(Prompt prompt, JsonNode reply) {
    return reply.path("id").asText().endsWith(RING)
        ? new Judges.Verdict(false, true)
        : Judges.judge(prompt.text(), prompt.harm(), reply.path("text").asText());
  }

  private static Pool encode(
      List<Prompt> prompts, Map<String, List<JsonNode>> replies, Map<String, Double> unsafe) {
    List<List<float[]>> raw = new ArrayList<>();
    try (SentenceEncoder encoder = new SentenceEncoder(2)) {
      float[] decline = encoder.encode(DECLINE);
      for (Prompt prompt : prompts) {
        float[] asked = encoder.encode(prompt.text());
        List<float[]> features = new ArrayList<>();
        for (JsonNode reply : replies.get(prompt.id())) {
          String text = reply.path("text").asText();
          float[] said = text.equals(DECLINE) ? decline : encoder.encode(text);
          float[] plain = Features.of(asked, said, text, reply.path("unsafe").asDouble());
          features.add(
              unsafe.isEmpty()
                  ? plain
                  : withScreening(plain, unsafe.get(prompt.id()), cosine(said, decline)));
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
        var verdict = verdict(prompt, reply);
        of.add(
            new Candidate(
                reply.path("id").asText(),
                reply.path("text").asText(),
                reply.path("unsafe").asDouble(),
                scale.of(raw.get(p).get(c)),
                verdict));
      }
      candidates.add(of);
    }
    return new Pool(prompts, candidates);
  }
}
