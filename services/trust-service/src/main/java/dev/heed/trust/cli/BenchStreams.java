package dev.heed.trust.cli;

import dev.heed.trust.flow.StreamsBench;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives the benchmark of the topology a broker of its own: the one of {@code ./heed up} as a child
 * process on free ports, in a folder that is deleted afterwards.
 */
final class BenchStreams {

  private BenchStreams() {}

  /** The measurement; empty where no broker is built. */
  static Optional<StreamsBench.Result> run(
      int events, int users, int rate, Duration steady, Map<String, String> others)
      throws IOException, InterruptedException {
    return with(others, bench -> bench.run(events, users, rate, steady));
  }

  /** What people weigh, and how long they take to come back. */
  static Optional<StreamsBench.Restored> restore(int people, Map<String, String> others)
      throws IOException, InterruptedException {
    return with(others, bench -> bench.restore(people));
  }

  /** One measurement. */
  private interface Measurement<R> {
    R run(StreamsBench bench) throws InterruptedException;
  }

  private static <R> Optional<R> with(Map<String, String> others, Measurement<R> measurement)
      throws IOException, InterruptedException {
    Path stack = services().resolve("local-stack").resolve("target");
    if (!Files.isDirectory(stack.resolve("lib"))) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory("heed-bench-trust");
    int port = freePort();
    Process broker = broker(stack, folder, port);
    try {
      awaitReady(broker, folder.resolve("broker.log").toFile());
      return Optional.of(
          measurement.run(
              new StreamsBench("localhost:" + port, folder.resolve("streams"), others)));
    } finally {
      broker.destroyForcibly().waitFor();
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  /** Where the services are: this class is in trust-service/target/quarkus-app/app/a.jar there. */
  private static Path services() throws IOException {
    try {
      var jar = BenchStreams.class.getProtectionDomain().getCodeSource().getLocation();
      Path services = Path.of(jar.toURI());
      for (int up = 0; up < 5 && services.getParent() != null; up++) {
        services = services.getParent();
      }
      return services;
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static Process broker(Path stack, Path folder, int port) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                stack.resolve("lib") + "/*",
                "dev.heed.broker.LocalBroker",
                folder.resolve("broker").toString(),
                Integer.toString(port),
                Integer.toString(freePort())))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("broker.log").toFile())
        .start();
  }

  private static void awaitReady(Process broker, File log)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!Files.readString(log.toPath()).contains("broker ready")) {
      if (!broker.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("the benchmark's broker did not start");
      }
      Thread.sleep(100);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
