package dev.heed.stack;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What every command of a stack takes: where it lies and which port it has. */
final class StackOptions {

  static final int DEFAULT_PORT = 8080;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder (or HEED_DATA_DIR; default: .heed in the checkout).")
  Path data;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Public port (or HEED_PORT; default: 8080). The next 22 ports are used, too.")
  Integer port;

  StackFolders folders() {
    Path home = Path.of(System.getProperty("heed.home", ".")).toAbsolutePath().normalize();
    Path chosen =
        Optional.ofNullable(data)
            .or(() -> Optional.ofNullable(System.getenv("HEED_DATA_DIR")).map(Path::of))
            .orElse(home.resolve(".heed"));
    return new StackFolders(home, chosen.toAbsolutePath().normalize());
  }

  Ports ports() {
    return ports(1, false);
  }

  Ports ports(int replicas, boolean breakable) {
    String given = port != null ? port.toString() : System.getenv("HEED_PORT");
    try {
      int base = given == null ? DEFAULT_PORT : Integer.parseInt(given);
      return new Ports(base, replicas, breakable);
    } catch (NumberFormatException e) {
      throw new StackException("HEED_PORT is not a number");
    } catch (IllegalArgumentException e) {
      throw new StackException(e.getMessage());
    }
  }

  /** The running stack of the data folder. */
  StackState running() {
    return StackState.ofRunning(folders())
        .orElseThrow(
            () ->
                new StackException(
                    "Heed does not run with the data folder %s. Start it with ./heed up."
                        .formatted(folders().data())));
  }
}
