package dev.heed.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heed status}: what runs, where, and whether it is ready. Exit code 3: it does not run. */
@Command(
    name = "status",
    description = "Says what runs. Exit code 0: all ready, 1: not, 3: not running.")
final class StatusCommand implements Callable<Integer> {

  static final int NOT_RUNNING = 3;

  @Mixin StackOptions stack;

  @Option(names = "--json", description = "One JSON object on standard output.")
  boolean json;

  @Override
  public Integer call() {
    StackFolders folders = stack.folders();
    var running = StackState.ofRunning(folders);
    if (running.isEmpty()) {
      System.out.println(
          json
              ? "{\"running\":false}"
              : "Heed does not run with the data folder " + folders.data());
      return NOT_RUNNING;
    }
    StackState state = running.get();
    ObjectNode report = report(folders, state);
    System.out.println(json ? report.toString() : text(state, report));
    return report.path("ready").asBoolean() ? 0 : 1;
  }

  private static ObjectNode report(StackFolders folders, StackState state) {
    Ports ports = new Ports(state.port(), state.replicas(), false);
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("running", true).put("url", state.url()).put("model", state.model());
    report.put("data", folders.data().toString()).put("pid", state.pid());
    ObjectNode programs = report.putObject("programs");
    boolean ready = state.ready();
    if (state.children().containsKey("broker")) {
      boolean broker = Probes.kafka(ports.broker());
      programs.set("broker", program(state, "broker", broker));
      ready &= broker;
    }
    for (Replica replica : Replica.all(state.replicas())) {
      boolean up = Probes.http(ports.management(replica), "/q/health/ready");
      ObjectNode program = program(state, replica.name(), up);
      program.put("management", "http://localhost:" + ports.management(replica) + "/q/");
      program.put("http", "http://localhost:" + ports.http(replica));
      programs.set(replica.name(), program);
      ready &= up;
    }
    report.put("kafka", state.kafka());
    return report.put("ready", ready);
  }

  private static ObjectNode program(StackState state, String name, boolean ready) {
    return new ObjectMapper()
        .createObjectNode()
        .put("ready", ready)
        .put("pid", state.children().getOrDefault(name, -1L))
        .put("restarts", state.restarts().getOrDefault(name, 0));
  }

  private static String text(StackState state, ObjectNode report) {
    StringBuilder out = new StringBuilder();
    boolean ready = report.path("ready").asBoolean();
    out.append("Heed ").append(ready ? "is ready: " : "is not ready: ").append(state.url());
    out.append("\nmodel ").append(state.model());
    report
        .path("programs")
        .fields()
        .forEachRemaining(
            entry ->
                out.append(
                    "%n  %-18s %-9s pid %-7d restarts %d"
                        .formatted(
                            entry.getKey(),
                            entry.getValue().path("ready").asBoolean() ? "ready" : "NOT READY",
                            entry.getValue().path("pid").asLong(),
                            entry.getValue().path("restarts").asInt())));
    return out.toString();
  }
}
