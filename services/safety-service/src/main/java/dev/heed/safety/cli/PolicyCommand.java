package dev.heed.safety.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.safety.policy.Action;
import dev.heed.safety.policy.PolicyException;
import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.policy.PolicySet;
import dev.heed.safety.policy.Replay;
import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./heed policy}: checks policy files and tries them on recorded verdicts. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description = "Checks a policy file, or shows what it would change on recorded verdicts.",
    subcommands = {PolicyCommand.Check.class, PolicyCommand.TryOut.class, PublishCommand.class})
final class PolicyCommand {

  /** Reads files as the service would. */
  @Command(name = "check", description = "Reads policy files; exit code 1 when one is not valid.")
  static final class Check implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE")
    private List<Path> files;

    @Override
    public Integer call() {
      int bad = 0;
      for (Path file : files) {
        try {
          PolicySet policies = PolicyFile.read(file);
          System.out.printf(
              "%s: version %s, tenants %s%n",
              file, policies.standard().version(), policies.tenants().keySet());
        } catch (PolicyException e) {
          bad++;
          System.err.println("heed policy: " + file + ": " + e.getMessage());
        }
      }
      return bad == 0 ? 0 : 1;
    }
  }

  /** Decides recorded verdicts again. */
  @Command(
      name = "replay",
      description = {
        "Reads recorded verdicts from stdin, as ./heed classify --explain writes them",
        "({\"id\",\"role\",\"scores\":{category:score}[,\"tenant\"][,\"action\"]} a line), and writes each one",
        "that FILE would decide otherwise; counts go to stderr."
      })
  static final class TryOut implements Callable<Integer> {

    private final ObjectMapper json = new ObjectMapper();

    @Parameters(paramLabel = "FILE", description = "The policy to try")
    private Path file;

    @Option(
        names = "--against",
        description = "Compare with this policy instead of the recorded action or the built-in one")
    private Path against;

    private int bad;

    @Override
    public Integer call() throws IOException {
      PolicySet before = against == null ? PolicyFile.standard() : PolicyFile.read(against);
      Replay replay = new Replay(before, PolicyFile.read(file));
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          decide(replay, line, number);
        }
      }
      int changed = replay.changes().values().stream().mapToInt(Integer::intValue).sum();
      System.err.printf("heed policy: %d of %d verdicts would change%n", changed, replay.total());
      new TreeMap<>(replay.changes())
          .forEach((what, count) -> System.err.printf("heed policy: %6d %s%n", count, what));
      return bad == 0 ? 0 : 1;
    }

    private void decide(Replay replay, String line, int number) throws JsonProcessingException {
      Replay.Change change;
      try {
        change = replay.add(recorded(json.readTree(line)));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        bad++;
        System.err.println("heed policy: line " + number + " is no recorded verdict");
        return;
      }
      if (change != null) {
        Map<String, Object> row = new TreeMap<>();
        row.put("id", change.id());
        row.put("role", change.role().label());
        row.put("category", change.category());
        row.put("from", change.from().label());
        row.put("to", change.to().label());
        System.out.println(json.writeValueAsString(row));
      }
    }

    private Replay.Recorded recorded(JsonNode node) {
      JsonNode scores = node.path("scores");
      if (!scores.isObject() || !node.hasNonNull("id")) {
        throw new IllegalArgumentException("id and scores belong here");
      }
      Map<String, Double> all = new HashMap<>();
      for (Map.Entry<String, JsonNode> score : scores.properties()) {
        double value = score.getValue().asDouble(Double.NaN);
        if (!Categories.isKnown(score.getKey()) || !(value >= 0 && value <= 1)) {
          throw new IllegalArgumentException("a score of a known category in [0, 1] belongs here");
        }
        all.put(score.getKey(), value);
      }
      Action action = null;
      if (against == null && node.hasNonNull("action")) {
        action = Action.valueOf(node.get("action").asText().toUpperCase(java.util.Locale.ROOT));
      }
      return new Replay.Recorded(
          node.get("id").asText(),
          node.path("tenant").asText("default"),
          Role.of(node.path("role").asText("user")),
          all,
          action);
    }
  }

  private PolicyCommand() {}
}
