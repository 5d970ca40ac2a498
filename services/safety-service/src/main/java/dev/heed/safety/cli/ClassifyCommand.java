package dev.heed.safety.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.safety.policy.Policy;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Judgement;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Screener;
import dev.heed.safety.screening.Subject;
import dev.heed.schemas.events.VerdictSource;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** JSON lines in, verdicts out, in the same order. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    description = {
      "Reads {\"id\",\"context\":[text...],\"text\",\"role\":\"user\"|\"bot\"} a line from stdin and writes",
      "{\"id\",\"unsafe\",\"flagged\",\"scores\":{category:score}} a line to stdout. A line that cannot be",
      "read is told on stderr and has no output; the exit code is then 1."
    })
final class ClassifyCommand implements Callable<Integer> {

  private static final int WINDOW = 512;
  private static final int PROGRESS = 1000;

  private final ObjectMapper json =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Mixin private ScreeningOptions options;

  @Option(names = "--skip-bad", description = "Exit with 0 although lines could not be read")
  private boolean skipBad;

  @Option(names = "--explain", description = "Add category, action, source and versions")
  private boolean explain;

  @Option(names = "--threads", description = "Default: one per core")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** A line of input, or what is wrong with it. */
  private record Line(String id, Subject subject) {}

  private int bad;
  private final AtomicInteger failed = new AtomicInteger();
  private long written;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Policy policy = options.policies().standard();
    PrintStream out =
        new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
    try (Classifier classifier = options.open(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Screener screener = ScreeningOptions.screener(classifier);
      Deque<Future<String>> waiting = new ArrayDeque<>();
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        Line parsed = parse(line, number);
        if (parsed == null) {
          continue;
        }
        waiting.add(pool.submit(() -> answer(parsed, screener, policy)));
        while (waiting.size() > WINDOW || !waiting.isEmpty() && waiting.peek().isDone()) {
          write(waiting.remove(), out);
        }
      }
      while (!waiting.isEmpty()) {
        write(waiting.remove(), out);
      }
    }
    out.flush();
    return finish(out);
  }

  private int finish(PrintStream out) {
    if (bad > 0) {
      System.err.println("heed classify: " + bad + " lines could not be read");
    }
    if (failed.get() > 0) {
      System.err.println("heed classify: " + failed + " texts could not be rated and are refused");
    }
    if (out.checkError() || System.out.checkError()) {
      System.err.println("heed classify: cannot write the output");
      return 1;
    }
    return failed.get() > 0 || bad > 0 && !skipBad ? 1 : 0;
  }

  private void write(Future<String> answer, PrintStream out) throws InterruptedException {
    try {
      out.println(answer.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "screening failed (" + e.getCause().getClass().getSimpleName() + ")", e.getCause());
    }
    if (++written % PROGRESS == 0) {
      System.err.println("heed classify: " + written + " done");
    }
  }

  /** Null for a line that cannot be used, which was then told. */
  private Line parse(String line, int number) {
    if (line.isBlank()) {
      return null;
    }
    try {
      return read(json.readTree(line));
    } catch (JsonProcessingException e) {
      complain(number, "no JSON");
    } catch (IllegalArgumentException e) {
      complain(number, e.getMessage());
    }
    return null;
  }

  private void complain(int number, String problem) {
    bad++;
    System.err.println("heed classify: line " + number + ": " + problem);
  }

  private static Line read(JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("a JSON object belongs here");
    }
    JsonNode id = node.path("id");
    if (!id.isTextual() && !id.isNumber()) {
      throw new IllegalArgumentException("id must be a string");
    }
    if (!node.path("text").isTextual()) {
      throw new IllegalArgumentException("text must be a string");
    }
    String role = node.hasNonNull("role") ? node.get("role").asText() : "user";
    List<String> context = new ArrayList<>();
    JsonNode before = node.path("context");
    if (!before.isArray() && !before.isMissingNode() && !before.isNull()) {
      throw new IllegalArgumentException("context must be a list of strings");
    }
    for (JsonNode turn : before) {
      if (!turn.isTextual()) {
        throw new IllegalArgumentException("context must be a list of strings");
      }
      context.add(turn.asText());
    }
    return new Line(id.toString(), new Subject(context, node.get("text").asText(), Role.of(role)));
  }

  private String answer(Line line, Screener screener, Policy policy)
      throws JsonProcessingException {
    Judgement judgement = screener.screen(line.subject(), policy);
    var verdict = judgement.verdict();
    Map<String, Object> more = new TreeMap<>();
    if (verdict.getSource() == VerdictSource.FAIL_CLOSED) {
      failed.incrementAndGet();
      more.put("failed", true);
    }
    if (explain) {
      more.put("category", verdict.getCategory());
      more.put("action", judgement.action().label());
      more.put("role", line.subject().role().label());
      more.put("source", verdict.getSource().name());
      more.put("policy", verdict.getPolicyVersion());
      more.put("classifier", verdict.getClassifierVersion());
    }
    var object = json.createObjectNode();
    object.set("id", json.readTree(line.id()));
    object.put("unsafe", rounded(verdict.getUnsafe()));
    object.put("flagged", verdict.getFlagged());
    var scores = object.putObject("scores");
    new TreeMap<>(verdict.getScores()).forEach((name, score) -> scores.put(name, rounded(score)));
    more.forEach(object::putPOJO);
    return json.writeValueAsString(object);
  }

  private static double rounded(double score) {
    return Math.round(score * 1e6) / 1e6;
  }
}
