package dev.heed.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the services' own sources and configuration say, for manifests to agree with. */
final class ServiceFacts {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{((?:HEED|KAFKA)_[A-Z_]+)");
  private static final Pattern TOPIC = Pattern.compile("Topics\\.([A-Z_]+)\\b");
  private static final Pattern METER = Pattern.compile("\"(heed_[a-z_]+)\"");
  private static final Pattern PREFIXED =
      Pattern.compile("(?:timer|counter|labelled)\\(\\s*\"([a-z_]+)\"|PREFIX \\+ \"([a-z_]+)\"");
  private static final Pattern SUFFIX =
      Pattern.compile("(_seconds)?(_total|_bucket|_count|_sum|_max)?$");

  private ServiceFacts() {}

  /**
   * Environment variables that some application.yaml reads, or that are a configuration key; and
   * the one that the C library reads (docs/adr/0038).
   */
  static Set<String> environment() {
    Set<String> all = new TreeSet<>(Set.of("GLIBC_TUNABLES"));
    for (String service : Topics.SERVICES) {
      Matcher matcher = VARIABLE.matcher(Repository.text(applicationYaml(service)));
      while (matcher.find()) {
        all.add(matcher.group(1));
      }
    }
    for (ConfigKeys.Key key : ConfigKeys.all()) {
      all.add(key.variable());
    }
    return all;
  }

  private static String applicationYaml(String service) {
    return "services/" + service + "/src/main/resources/application.yaml";
  }

  /** The consumer groups of a service: of its channels and of its Streams application. */
  static Set<String> groups(String service) {
    Set<String> all = new TreeSet<>();
    JsonNode yaml = Repository.yaml(Repository.text(applicationYaml(service))).getFirst();
    yaml.path("mp")
        .path("messaging")
        .path("incoming")
        .forEach(channel -> all.add(channel.path("group").path("id").asText()));
    all.add(yaml.path("quarkus").path("kafka-streams").path("application-id").asText());
    return all;
  }

  /** The topics that a service's channels and its Streams application read. */
  static Set<String> topicsRead(String service) {
    Set<String> all = new TreeSet<>();
    JsonNode yaml = Repository.yaml(Repository.text(applicationYaml(service))).getFirst();
    yaml.path("mp")
        .path("messaging")
        .path("incoming")
        .forEach(channel -> all.add(channel.path("topic").asText()));
    String streams = yaml.path("quarkus").path("kafka-streams").path("topics").asText("");
    all.addAll(List.of(streams.split(",")));
    all.remove("");
    return all;
  }

  /** The topics that a service's sources name ({@code Topics.TURNS} and so on), by service. */
  static Map<String, Set<String>> topicsNamed() throws ReflectiveOperationException {
    Map<String, Set<String>> all = new TreeMap<>();
    for (Path source : Repository.serviceSources()) {
      String path = Repository.HOME.relativize(source).toString();
      for (String service : Topics.SERVICES) {
        if (path.startsWith("services/" + service + "/")) {
          all.computeIfAbsent(service, _ -> new TreeSet<>()).addAll(topicsNamed(source));
        }
      }
    }
    return all;
  }

  private static Set<String> topicsNamed(Path source) throws ReflectiveOperationException {
    Set<String> topics = new TreeSet<>();
    try {
      Matcher matcher = TOPIC.matcher(Files.readString(source));
      while (matcher.find()) {
        if (Topics.class.getField(matcher.group(1)).get(null) instanceof Topic topic) {
          topics.add(topic.name());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return topics;
  }

  /** The base names of Heed's own meters, as their registering classes spell them. */
  static Set<String> meters() {
    Set<String> all = new TreeSet<>();
    for (Path source : Repository.serviceSources()) {
      try {
        String text = Files.readString(source);
        collect(METER, text, "", all);
        if (source.endsWith("InferenceMetrics.java")) {
          collect(PREFIXED, text, "heed_inference_", all);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  private static void collect(Pattern pattern, String text, String prefix, Set<String> into) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      into.add(prefix + name);
    }
  }

  /** Whether a name in a query is one that a service can expose. */
  static boolean isMeter(String exposed) {
    Set<String> meters = meters();
    String base = SUFFIX.matcher(exposed).replaceFirst("");
    return meters.contains(exposed) || meters.contains(base) || meters.contains(base + "_seconds");
  }
}
