package dev.heed.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A local stack for tests, started and stopped by the very command that people use. */
final class RunningHeed implements AutoCloseable {

  /**
   * As local-stack lays its ports out: the public one, then services, management planes, broker,
   * relays.
   */
  private static final int PORTS = 36;

  private static final int MANAGEMENT = 11;

  private final Path data;
  private final String collector;
  private final int port;

  /**
   * @param collector where the services send their spans
   */
  RunningHeed(Path data, String collector) {
    this.data = data;
    this.collector = collector;
    this.port = freeRange();
  }

  RunningHeed up() throws IOException, InterruptedException {
    Repository.Outcome outcome =
        heed("up", "--detach", "--breakable", "--port", Integer.toString(port));
    if (outcome.code() != 0) {
      throw new IllegalStateException("up failed: " + outcome.out() + outcome.err());
    }
    return this;
  }

  /** Runs {@code ./heed} with this stack's data folder, at most five minutes. */
  Repository.Outcome heed(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Repository.HOME.resolve("heed").toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("heed", ".out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HEED_DATA_DIR", data.toString());
    builder.environment().put("HEED_NO_BUILD", "1");
    builder.environment().put("HEED_OTLP_ENDPOINT", collector);
    Process process = builder.redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end of " + command);
    }
    return new Repository.Outcome(process.exitValue(), Files.readString(out), "");
  }

  /** What {@code heed status --json} says. */
  JsonNode status() throws IOException, InterruptedException {
    String out = heed("status", "--json").out();
    return new ObjectMapper().readTree(out.substring(out.indexOf('{')));
  }

  /** A scrape configuration for this stack, with the labels that docker-compose.yml gives. */
  String prometheusConfiguration() {
    StringBuilder yaml =
        new StringBuilder("global: {scrape_interval: 1s, evaluation_interval: 2s}\n");
    yaml.append("rule_files: [").append(Repository.K8S.resolve("monitoring/rules/heed.yaml"));
    yaml.append(
        "]\n"
            + "scrape_configs:\n"
            + "  - job_name: heed\n"
            + "    metrics_path: /q/metrics\n"
            + "    static_configs:\n");
    for (String service : Topics.SERVICES) {
      int management = port + MANAGEMENT + Topics.SERVICES.indexOf(service);
      yaml.append(
          "      - {targets: [\"localhost:%d\"], labels: {service: %s}}\n"
              .formatted(management, service));
    }
    return yaml.toString();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static int freeRange() {
    for (int base = 24_100; base < 60_000; base += 40) {
      int free = 0;
      while (free < PORTS && isFree(base + free)) {
        free++;
      }
      if (free == PORTS) {
        return base;
      }
    }
    throw new IllegalStateException("no " + PORTS + " free ports in a row");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    heed("down");
  }
}
