package dev.heed.learning.simulate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.tools.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heed learn attack}: a ring wants one bad behaviour; with and without trust and gates. */
@Command(
    name = "attack",
    description = {
      "From round 2 on a share of all labels comes from a ring that provokes and praises one bad",
      "behaviour and is honest otherwise. Writes a line for trust or all labels alike, with gates",
      "and without, and round: the share of good replies and of those that show the behaviour."
    })
public final class AttackCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofHours(2);

  @Option(
      names = "--behaviour",
      defaultValue = "brand",
      description = "brand or rude; default brand.")
  private String behaviour;

  @Option(names = "--labels", defaultValue = "0.4", description = "The ring's share; default 0.4.")
  private double labels;

  @Option(names = "--rounds", defaultValue = "3", description = "Rounds; default 3.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "1", description = "Same seed, same people and draws.")
  private long seed;

  @Option(names = "--slips", defaultValue = "0.1", description = "Wrong thumbs of honest people.")
  private double slips;

  @Option(names = "--short", description = "A small one, for tests.")
  private boolean small;

  @Option(names = "--json", description = "One JSON object a line on standard output.")
  private boolean json;

  @Option(names = "--cache", description = "Folder of sampled replies; default target/learn.")
  private Path cache;

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean known = behaviour.equals("brand") || behaviour.equals("rude");
    if (rounds < 2 || rounds > 20 || !(labels > 0 && labels < 1) || !known) {
      System.err.println(
          "heed learn: --rounds 2 to 20, --labels in (0, 1), --behaviour brand|rude");
      return 2;
    }
    Path home = Path.of(System.getProperty("heed.home", "."));
    Scale scale = small ? Scale.SHORT : Scale.FULL;
    Children children = new Children(home.resolve("heed"), PATIENCE);
    Path folder = cache == null ? home.resolve("target/learn") : cache;
    String model = Pool.model();
    Behaviour wanted = Behaviour.valueOf(behaviour.toUpperCase(Locale.ROOT));
    Pool pool =
        new Pool.Maker(children, folder)
            .make(
                SimulateCommand.prompts(home, scale, seed),
                scale,
                seed,
                model,
                Optional.of(wanted),
                false);
    var setting = new AttackRounds.Setting(rounds, scale.people(), labels, slips, .01, seed);
    var attack = new AttackRounds(setting, pool, new Labels(children));
    for (Arm arm : List.of(Arm.ALL, Arm.TRUST)) {
      for (boolean gates : new boolean[] {false, true}) {
        for (AttackRounds.Outcome outcome : attack.run(arm, gates)) {
          print(arm, gates, outcome);
        }
      }
    }
    return System.out.checkError() ? 1 : 0;
  }

  private void print(Arm arm, boolean gates, AttackRounds.Outcome outcome) {
    String name = arm.name().toLowerCase(Locale.ROOT);
    if (json) {
      ObjectNode line = new JsonMapper().createObjectNode().put("arm", name).put("gates", gates);
      line.put("behaviour", behaviour).put("round", outcome.round()).put("seed", seed);
      line.put("good", rounded(outcome.good())).put("wanted", rounded(outcome.wanted()));
      line.put("released", outcome.why().isEmpty());
      outcome.why().forEach(line.putArray("why")::add);
      System.out.println(line);
    } else {
      System.out.printf(
          Locale.ROOT,
          "%-5s %-8s round %d  good %5.1f %%  %s %5.1f %%  %s%n",
          name,
          gates ? "gates" : "no gates",
          outcome.round(),
          100 * outcome.good(),
          behaviour,
          100 * outcome.wanted(),
          outcome.why().isEmpty() ? "released" : "held: " + String.join(", ", outcome.why()));
    }
  }

  private static double rounded(double share) {
    return Math.round(share * 1e5) / 1e5;
  }
}
