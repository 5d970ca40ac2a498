package dev.heed.gatling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatling.app.Gatling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heed load --gatling}: Gatling against the HTTP API of the running stack. */
@Command(
    name = "heed load --gatling",
    mixinStandardHelpOptions = true,
    description =
        "Gatling against the running stack: closed (a number of people), open (arrivals a second),"
            + " steps (arrivals grow until the knee), soak (arrivals, an hour).")
final class GatlingMain implements Callable<Integer> {

  private static final int NOT_RUNNING = 3;

  @Parameters(
      index = "0",
      paramLabel = "MODE",
      defaultValue = "closed",
      description = "closed, open, steps or soak (default: ${DEFAULT-VALUE}).")
  Settings.Mode mode;

  @Option(names = "--users", description = "closed: people at once (default: ${DEFAULT-VALUE}).")
  int users = 10;

  @Option(
      names = "--rate",
      description =
          "open, soak: people who arrive a second; steps: how much each step adds (default:"
              + " ${DEFAULT-VALUE}).")
  double rate = 0.5;

  @Option(names = "--steps", description = "steps: how many (default: ${DEFAULT-VALUE}).")
  int steps = 6;

  @Option(names = "--minutes", description = "How long, all steps together (default: 2; soak: 60).")
  Double minutes;

  @Option(names = "--max-tokens", description = "Longest reply (default: ${DEFAULT-VALUE}).")
  int maxTokens = 32;

  @Option(names = "--turns", description = "Turns of a person (default: ${DEFAULT-VALUE}).")
  int turns = 2;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of the running stack (or HEED_DATA_DIR; default: .heed).")
  Path data;

  @Option(
      names = "--url",
      description = "Where Heed is (default: where the stack of the data folder runs).")
  String url;

  @Option(
      names = "--openai",
      description =
          "By /v1/chat/completions alone, for the same load on Heed and on a peer (with --url).")
  boolean openAi;

  @Option(
      names = "--model",
      description = "--openai: the model to ask (default: ${DEFAULT-VALUE}).")
  String model = "smollm2-135m-instruct";

  @Option(names = "--report", description = "Where the report goes (default: target/load/gatling).")
  Path report;

  @Override
  public Integer call() throws IOException {
    Path home = Path.of(System.getProperty("heed.home", ".")).toAbsolutePath().normalize();
    Optional<String> target = Optional.ofNullable(url).or(() -> running(home));
    if (target.isEmpty()) {
      System.err.println("Heed does not run with that data folder. Start it with ./heed up.");
      return NOT_RUNNING;
    }
    Path folder =
        (report != null ? report : home.resolve("target/load/gatling"))
            .toAbsolutePath()
            .normalize();
    Files.createDirectories(folder);
    double length = minutes != null ? minutes : mode == Settings.Mode.SOAK ? 60 : 2;
    new Settings(
            mode,
            target.get(),
            users,
            rate,
            steps,
            Math.round(length * 60),
            maxTokens,
            turns,
            openAi,
            model,
            home.resolve("load-tests/people/standard.txt"),
            folder)
        .publish();
    Gatling.main(
        new String[] {
          "--simulation", ChatSimulation.class.getName(), "--results-folder", folder.toString()
        });
    return 0; // not reached: Gatling ends the program with its own code
  }

  private Optional<String> running(Path home) {
    Path folder =
        Optional.ofNullable(data)
            .or(() -> Optional.ofNullable(System.getenv("HEED_DATA_DIR")).map(Path::of))
            .orElse(home.resolve(".heed"));
    try {
      JsonNode state = new ObjectMapper().readTree(folder.resolve("stack.json").toFile());
      return state.path("ready").asBoolean()
          ? Optional.of("http://localhost:" + state.path("port").asInt())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  public static void main(String[] args) {
    int code =
        new CommandLine(new GatlingMain()).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
    System.exit(code);
  }
}
