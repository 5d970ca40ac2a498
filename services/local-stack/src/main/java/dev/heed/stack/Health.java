package dev.heed.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Health and metrics of all services in one answer, for the one public port of a machine. */
final class Health {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Ports ports;

  Health(Ports ports) {
    this.ports = ports;
  }

  /** Answers {@code /q/metrics} or {@code /q/health[/live|/ready]}. */
  void answer(HttpServerResponse response, String path) {
    if (path.equals("/q/metrics")) {
      response.putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8").end(metrics());
      return;
    }
    ObjectNode all = JSON.createObjectNode();
    ArrayNode checks = all.putArray("checks");
    boolean up = true;
    for (Replica replica : Replica.all(ports.replicas())) {
      boolean serviceUp = Probes.http(ports.management(replica), path);
      up &= serviceUp;
      checks.addObject().put("name", replica.name()).put("status", serviceUp ? "UP" : "DOWN");
    }
    all.put("status", up ? "UP" : "DOWN");
    response
        .setStatusCode(up ? 200 : 503)
        .putHeader("Content-Type", "application/json")
        .end(all.toString());
  }

  /** Every service's exposition, merged by metric, each sample with the label {@code service}. */
  private String metrics() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Replica replica : Replica.all(ports.replicas())) {
      Probes.get(ports.management(replica), "/q/metrics")
          .ifPresent(response -> texts.put(replica.name(), response.body()));
    }
    return merge(texts);
  }

  /** Merges Prometheus text expositions: a metric's HELP and TYPE once, then the samples of all. */
  static String merge(Map<String, String> expositionByService) {
    Map<String, String> heads = new LinkedHashMap<>();
    Map<String, List<String>> samples = new LinkedHashMap<>();
    expositionByService.forEach(
        (service, text) -> {
          String family = "";
          for (String line : text.split("\n")) {
            if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
              String name = line.split(" ", 4)[2];
              family = name;
              if (!heads.getOrDefault(name, "").contains(line.substring(0, 7))) {
                heads.merge(name, line + "\n", String::concat);
              }
            } else if (!line.isBlank() && !line.startsWith("#")) {
              samples.computeIfAbsent(family, _ -> new ArrayList<>()).add(labelled(line, service));
            }
          }
        });
    StringBuilder out = new StringBuilder();
    samples.forEach(
        (family, lines) -> {
          out.append(heads.getOrDefault(family, ""));
          lines.forEach(line -> out.append(line).append('\n'));
        });
    return out.toString();
  }

  private static String labelled(String sample, String service) {
    String label = "service=\"" + service + "\"";
    int brace = sample.indexOf('{');
    int space = sample.indexOf(' ');
    if (brace >= 0 && brace < space) {
      return sample.substring(0, brace + 1) + label + "," + sample.substring(brace + 1);
    }
    return sample.substring(0, space) + "{" + label + "}" + sample.substring(space);
  }
}
