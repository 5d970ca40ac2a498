package dev.heed.learning.simulate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heed.learning.tools.Children;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heed learn simulate}: the learning loop among simulated people, arm by arm. */
@Command(
    name = "simulate",
    description = {
      "Rounds of simulated people, some of them adversaries, who rate the chat model's replies;",
      "reward models learn from their thumbs and reasons and pick the best of several sampled",
      "replies and a decline. Writes a line for each arm and round; shares are of 1. The first run",
      "of a seed samples for minutes."
    })
public final class SimulateCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofHours(2);

  @Option(names = "--rounds", defaultValue = "3", description = "Rounds; default 3.")
  private int rounds;

  @Option(
      names = "--adversarial",
      defaultValue = "0.3",
      description = "Share of adversaries among the people; default 0.3.")
  private double adversarial;

  @Option(names = "--seed", defaultValue = "1", description = "Same seed, same people and draws.")
  private long seed;

  @Option(names = "--slips", defaultValue = "0.1", description = "Wrong thumbs of honest people.")
  private double slips;

  @Option(names = "--ridge", defaultValue = "0.01", description = "L2 of the reward model.")
  private double ridge;

  @Option(
      names = "--harm-cost",
      defaultValue = "1",
      description = {
        "What a surely rude reply loses against a surely good one; default 1.",
        "0: thumbs alone decide, without reasons and without what screening said of the turn."
      })
  private double harmCost;

  @Option(
      names = "--no-screening",
      description = {
        "Ranks as inference-service does: by P(good) - P(rude), without what screening said of",
        "the turn."
      })
  private boolean noScreening;

  @Option(names = "--short", description = "A small one, for tests.")
  private boolean small;

  @Option(names = "--json", description = "One JSON object a line on standard output.")
  private boolean json;

  @Option(names = "--cache", description = "Folder of sampled replies; default target/learn.")
  private Path cache;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rounds < 1 || rounds > 20 || !(adversarial >= 0 && adversarial <= 1)) {
      System.err.println("heed learn: rounds must be 1 to 20, adversarial 0 to 1");
      return 2;
    }
    Path home = Path.of(System.getProperty("heed.home", "."));
    Scale scale = small ? Scale.SHORT : Scale.FULL;
    Children children = new Children(home.resolve("heed"), PATIENCE);
    Path folder = cache == null ? home.resolve("target/learn") : cache;
    String model = Pool.model();
    boolean screening = harmCost > 0 && !noScreening;
    Pool pool =
        new Pool.Maker(children, folder)
            .make(prompts(home, scale, seed), scale, seed, model, Optional.empty(), screening);
    var setting = new Simulation.Setting(scale, rounds, adversarial, slips, ridge, harmCost, seed);
    var simulation = new Simulation(setting, pool, new Labels(children));
    for (Arm arm : Arm.values()) {
      System.err.println("heed learn: arm " + arm.name().toLowerCase(Locale.ROOT));
      simulation.run(arm).forEach(this::print);
    }
    return System.out.checkError() ? 1 : 0;
  }

  private void print(Simulation.Outcome outcome) {
    String arm = outcome.arm().name().toLowerCase(Locale.ROOT);
    if (json) {
      var line = new JsonMapper().createObjectNode().put("arm", arm);
      line.put("round", outcome.round()).put("seed", seed);
      line.put("good", rounded(outcome.good()));
      System.out.println(line.put("inappropriate", rounded(outcome.inappropriate())));
    } else {
      System.out.printf(
          Locale.ROOT,
          "%-8s round %d  good %5.1f %%  inappropriate %5.1f %%%n",
          arm,
          outcome.round(),
          100 * outcome.good(),
          100 * outcome.inappropriate());
    }
  }

  private static double rounded(double share) {
    return Math.round(share * 1e5) / 1e5;
  }

  /** What people of the load tests say, and ordinary questions put together from topics. */
  static List<Prompt> prompts(Path home, Scale scale, long seed) throws IOException {
    Path people = home.resolve("load-tests/people");
    Random random = new Random(seed);
    List<String> ordinary = new ArrayList<>(Files.readAllLines(people.resolve("standard.txt")));
    List<String> forms = resource("/simulate/forms.txt");
    for (String topic : resource("/simulate/topics.txt")) {
      ordinary.add(forms.get(random.nextInt(forms.size())).formatted(topic));
    }
    List<String> harmful = new ArrayList<>(Files.readAllLines(people.resolve("adversarial.txt")));
    Collections.shuffle(ordinary, random);
    Collections.shuffle(harmful, random);
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < Math.min(scale.ordinary(), ordinary.size()); i++) {
      prompts.add(new Prompt("o" + i, ordinary.get(i), false));
    }
    for (int i = 0; i < Math.min(scale.harmful(), harmful.size()); i++) {
      prompts.add(new Prompt("h" + i, harmful.get(i), true));
    }
    return prompts;
  }

  private static List<String> resource(String name) throws IOException {
    try (InputStream in = SimulateCommand.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
