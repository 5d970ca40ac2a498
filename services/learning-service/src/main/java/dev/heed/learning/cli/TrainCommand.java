package dev.heed.learning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.dataset.Row;
import dev.heed.learning.files.Durable;
import dev.heed.learning.reward.BuiltInReward;
import dev.heed.learning.reward.PairFeatures;
import dev.heed.learning.reward.RewardModel;
import dev.heed.learning.reward.RewardModel.Example;
import dev.heed.learning.versions.Versions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code heed learn train}: the built-in trainer, by the same contract as the Python one. It knows
 * the reward model alone: logistic regression on the frozen encoder, which inference-service
 * reranks with as it does with one of the Python trainer. Vectors are kept in DIR.tmp, so that
 * {@code --resume} goes on where it was killed.
 */
@Command(
    name = "train",
    description = {
      "Trains a reward model from weighted rows, without Python: the trainer that a round starts",
      "when no other is configured. Progress as one JSON object a line."
    })
public final class TrainCommand implements Callable<Integer> {

  private static final int TELL = 25;

  /** Believed reports of rudeness that a model of it needs, in sure ones. */
  private static final double LEAST_RUDE = 5;

  @Option(
      names = "--kind",
      required = true,
      description = "reward; others need the Python trainer.")
  private String kind;

  @Option(names = "--data", required = true, description = "Weighted rows, JSON lines.")
  private Path data;

  @Option(names = "--out", required = true, description = "Folder to make.")
  private Path out;

  @Option(names = "--seed", defaultValue = "1", description = "Written down; nothing is drawn.")
  private long seed;

  @Option(names = "--max-seconds", defaultValue = "3600", description = "Fails when over.")
  private long maxSeconds;

  @Option(names = "--max-memory-mb", defaultValue = "0", description = "The caller watches it.")
  private long maxMemory;

  @Option(names = "--gguf", description = "Not used by this kind.")
  private Path gguf;

  @Option(names = "--resume", description = "Goes on from what DIR.tmp holds.")
  private boolean resume;

  private long begin;

  @Override
  public Integer call() throws IOException {
    begin = System.nanoTime();
    if (!kind.equals("reward")) {
      return failed("kind-needs-python");
    }
    List<JsonNode> rows = rows();
    if (rows.isEmpty()) {
      return failed("no-rows");
    }
    Path staging = out.resolveSibling(out.getFileName() + ".tmp");
    if (!resume) {
      Durable.deleteTree(staging);
    }
    Files.createDirectories(staging);
    try (PairFeatures features = new PairFeatures(1)) {
      List<float[]> raw = vectors(rows, features, staging.resolve("vectors.bin"));
      return late() ? failed("out-of-time") : fit(rows, raw, features, staging);
    }
  }

  /**
   * What rows teach.
   *
   * @param good that a reply is good, of the rows that are learnt from
   * @param dev the same, of those that are held out
   * @param rude that a reply is rude, of the rows that are learnt from
   */
  private record Lessons(List<Example> good, List<Example> dev, List<Example> rude) {

    static Lessons of(List<JsonNode> rows, List<float[]> features) {
      Lessons lessons = new Lessons(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < rows.size(); i++) {
        JsonNode row = rows.get(i);
        Example example = BuiltInReward.example(features.get(i), pGood(row));
        if (row.path("split").asText().equals("dev")) {
          lessons.dev.add(example);
        } else {
          lessons.good.add(example);
          lessons.rude.add(rudeness(features.get(i), row));
        }
      }
      return lessons;
    }

    private static double pGood(JsonNode row) {
      double right = row.path("p_right").asDouble();
      return row.path("label").asText().equals("good") ? right : 1 - right;
    }

    private static Example rudeness(float[] features, JsonNode row) {
      List<String> reasons = new ArrayList<>();
      row.path("reasons").forEach(reason -> reasons.add(reason.asText()));
      boolean up = row.path("label").asText().equals("good");
      return BuiltInReward.rudeness(features, up, reasons, row.path("p_right").asDouble());
    }

    /** Empty where too little was said: such a model would know who complained, not of what. */
    Optional<RewardModel> rudeModel() {
      double said = rude.stream().mapToDouble(e -> e.good() * e.weight()).sum();
      return said < LEAST_RUDE
          ? Optional.empty()
          : Optional.of(RewardModel.train(rude, BuiltInReward.RIDGE));
    }
  }

  private int fit(List<JsonNode> rows, List<float[]> raw, PairFeatures features, Path staging)
      throws IOException {
    RewardModel.Scale scale = new RewardModel.Scale(raw);
    Lessons lessons = Lessons.of(rows, raw.stream().map(scale::of).toList());
    RewardModel good;
    try {
      good =
          RewardModel.train(
              lessons.good(),
              BuiltInReward.RIDGE,
              (step, of) -> step(rows.size() + step, rows.size() + of));
    } catch (IllegalArgumentException e) {
      return failed("no-weight");
    }
    Optional<RewardModel> rude = lessons.rudeModel();
    Durable.write(staging.resolve("reward.onnx"), features.graph(scale, good, rude));
    write(staging, rude.isPresent(), good.loss(lessons.good()), good.loss(lessons.dev()));
    Files.delete(staging.resolve("vectors.bin"));
    Durable.publish(staging, out);
    return 0;
  }

  private List<JsonNode> rows() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(data, StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        rows.add(Versions.JSON.readTree(line));
      }
    }
    return rows;
  }

  private boolean late() {
    return System.nanoTime() - begin > maxSeconds * 1_000_000_000L;
  }

  /** Features of each row; those that an earlier run has left are not computed again. */
  private List<float[]> vectors(List<JsonNode> rows, PairFeatures features, Path file)
      throws IOException {
    List<float[]> vectors = new ArrayList<>();
    int bytes = PairFeatures.WIDTH * Float.BYTES;
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long whole = Math.min(channel.size() / bytes, rows.size());
      channel.truncate(whole * bytes);
      for (int i = 0; i < whole; i++) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        channel.read(buffer, (long) i * bytes);
        float[] vector = new float[PairFeatures.WIDTH];
        buffer.flip().asFloatBuffer().get(vector);
        vectors.add(vector);
      }
      channel.position(whole * bytes);
      for (int i = (int) whole; i < rows.size() && !late(); i++) {
        float[] vector = features.of(context(rows.get(i)), rows.get(i).path("reply").asText());
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        buffer.asFloatBuffer().put(vector);
        channel.write(buffer);
        vectors.add(vector);
        if (i % TELL == 0) {
          step(i + 1, rows.size());
        }
      }
    }
    return vectors;
  }

  private static List<Row.Said> context(JsonNode row) {
    List<Row.Said> context = new ArrayList<>();
    for (JsonNode said : row.path("context")) {
      context.add(new Row.Said(said.path("role").asText(), said.path("text").asText()));
    }
    return context;
  }

  private void step(int step, int of) {
    if (step % TELL == 0 || step == of) {
      ObjectNode line = Versions.JSON.createObjectNode().put("event", "step");
      line.put("step", step).put("of", of).putNull("loss");
      say(line.put("seconds", (System.nanoTime() - begin) / 1e9));
    }
  }

  private static void say(ObjectNode line) {
    System.out.println(line);
  }

  private static int failed(String reason) {
    say(Versions.JSON.createObjectNode().put("event", "failed").put("reason", reason));
    return 1;
  }

  private void write(Path folder, boolean rude, double loss, double devLoss) throws IOException {
    Durable.write(folder.resolve("tokenizer.json"), PairFeatures.tokenizer());
    ObjectNode layout = PairFeatures.layout();
    if (rude) {
      layout.put("output_rude", "p_rude: float32 [batch]");
    }
    Durable.write(folder.resolve("reward.json"), Versions.JSON.writeValueAsBytes(layout));
    String card =
        "# Reward model\n\nLogistic regression on all-MiniLM-L6-v2 (frozen), trained by Heed's own"
            + " trainer from weighted feedback: token ids of a conversation's last turns and a reply"
            + " (reward.json) to `p_good`"
            + (rude ? ", and by the reason given with a thumb down to `p_rude`.\n" : ".\n");
    Durable.write(folder.resolve("README.md"), card.getBytes(StandardCharsets.UTF_8));
    ObjectNode manifest = Versions.JSON.createObjectNode().put("kind", "reward");
    manifest.putNull("base").put("rows_sha256", DatasetReader.sha256(data)).put("seed", seed);
    manifest.set("inputs", layout);
    ObjectNode metrics = manifest.putObject("metrics").put("loss", loss).put("dev_loss", devLoss);
    var files = manifest.putArray("files");
    for (String name : List.of("reward.onnx", "tokenizer.json", "reward.json", "README.md")) {
      files
          .addObject()
          .put("path", name)
          .put("sha256", DatasetReader.sha256(folder.resolve(name)))
          .put("bytes", size(folder.resolve(name)));
    }
    Durable.write(folder.resolve("manifest.json"), Versions.JSON.writeValueAsBytes(manifest));
    ObjectNode done = Versions.JSON.createObjectNode().put("event", "done");
    say(done.put("out", out.toString()).<ObjectNode>set("metrics", metrics));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
