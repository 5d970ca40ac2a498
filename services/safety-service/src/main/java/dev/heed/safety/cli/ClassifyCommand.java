package dev.heed.safety.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.safety.drift.ScoreReference;
import dev.heed.safety.policy.Decision;
import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.policy.PolicySet;
import dev.heed.safety.policy.Replay;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Judgement;
import dev.heed.safety.screening.Screener;
import dev.heed.schemas.events.VerdictSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
      "read is told on stderr and has no output; the exit code is then 1. A line with \"scores\" and no",
      "text is a recorded verdict (as --explain writes it): it is decided again, with --policy by that",
      "file, and its answer says whether that changes anything; counts go to stderr."
    })
final class ClassifyCommand implements Callable<Integer> {

  @Mixin private ScreeningOptions options;

  @Option(names = "--skip-bad", description = "Exit with 0 although lines could not be read")
  private boolean skipBad;

  @Option(names = "--explain", description = "Add category, action, source and versions")
  private boolean explain;

  @Option(names = "--threads", description = "Default: one per core")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--reference",
      description = "Also count the scores into this file, which heed.safety.reference takes")
  private Path reference;

  private final ObjectMapper json = new ObjectMapper();
  private final AtomicInteger failed = new AtomicInteger();
  private PolicySet policies;
  private Replay replay;
  private ScoreReference counted;
  private int bad;

  @Override
  public Integer call() throws IOException, InterruptedException {
    policies = options.policies();
    replay = new Replay(PolicyFile.standard(), policies);
    boolean whole;
    try (Classifier classifier = options.open(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Answers answers = new Answers()) {
      counted = new ScoreReference(classifier.version());
      Screener screener = ScreeningOptions.screener(classifier);
      Utf8Lines lines = new Utf8Lines(System.in);
      for (Utf8Lines.Line line = lines.next(); line != null; line = lines.next()) {
        InputLine parsed = parse(line);
        if (parsed != null && parsed.subject() != null) {
          answers.add(pool.submit(() -> answer(parsed, screener)));
        } else if (parsed != null) {
          answers.add(CompletableFuture.completedFuture(again(parsed)));
        }
      }
      whole = answers.finish();
    }
    if (reference != null) {
      counted.write(reference);
    }
    return finish(whole);
  }

  private int finish(boolean whole) {
    if (replay.total() > 0) {
      int changed = replay.changes().values().stream().mapToInt(Integer::intValue).sum();
      System.err.printf(
          "heed classify: %d of %d recorded verdicts would change%n", changed, replay.total());
      new TreeMap<>(replay.changes())
          .forEach((what, count) -> System.err.printf("heed classify: %6d %s%n", count, what));
    }
    if (bad > 0) {
      System.err.println("heed classify: " + bad + " lines could not be read");
    }
    if (failed.get() > 0) {
      System.err.println("heed classify: " + failed + " texts could not be rated and are refused");
    }
    if (!whole) {
      System.err.println("heed classify: cannot write the output");
      return 1;
    }
    return failed.get() > 0 || bad > 0 && !skipBad ? 1 : 0;
  }

  /** Null for a line that cannot be used, which was then told, and for an empty one. */
  private InputLine parse(Utf8Lines.Line line) {
    try {
      if (line.problem() != null) {
        throw new IllegalArgumentException(line.problem());
      }
      return line.text().isBlank() ? null : InputLine.read(line.text());
    } catch (IllegalArgumentException e) {
      bad++;
      System.err.println("heed classify: line " + line.number() + ": " + e.getMessage());
      return null;
    }
  }

  /** A recorded verdict under the policy. */
  private String again(InputLine line) throws JsonProcessingException {
    Replay.Change change =
        replay.add(
            new Replay.Recorded(
                line.id().asText(),
                line.tenant(),
                line.role(),
                line.recorded(),
                line.action().orElse(null)));
    Decision decision = policies.of(line.tenant()).decide(line.role(), line.recorded());
    ObjectNode row = json.createObjectNode();
    row.set("id", line.id());
    row.put("flagged", !decision.action().passes());
    row.put("category", decision.category());
    row.put("action", decision.action().label());
    row.put("was", (change == null ? decision.action() : change.from()).label());
    row.put("changed", change != null);
    return json.writeValueAsString(row);
  }

  private String answer(InputLine line, Screener screener) throws JsonProcessingException {
    Judgement judgement = screener.screen(line.subject(), policies.of(line.tenant()));
    var verdict = judgement.verdict();
    ObjectNode row = json.createObjectNode();
    row.set("id", line.id());
    row.put("unsafe", rounded(verdict.getUnsafe()));
    row.put("flagged", verdict.getFlagged());
    ObjectNode scores = row.putObject("scores");
    new TreeMap<>(verdict.getScores()).forEach((name, score) -> scores.put(name, rounded(score)));
    if (verdict.getSource() == VerdictSource.FAIL_CLOSED) {
      failed.incrementAndGet();
      row.put("failed", true);
    } else if (reference != null) {
      count(line, verdict.getScores());
    }
    if (explain) {
      row.put("category", verdict.getCategory());
      row.put("action", judgement.action().label());
      row.put("role", line.role().label());
      row.put("source", verdict.getSource().name());
      row.put("policy", verdict.getPolicyVersion());
      row.put("classifier", verdict.getClassifierVersion());
    }
    return json.writeValueAsString(row);
  }

  private synchronized void count(InputLine line, Map<String, Double> scores) {
    counted.add(line.role(), scores);
  }

  private static double rounded(double score) {
    return Math.round(score * 1e6) / 1e6;
  }
}
