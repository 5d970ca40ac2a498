package dev.heed.stack;

import dev.heed.schemas.TopicAdmin;
import dev.heed.schemas.Topics;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * A Kafka that somebody else runs, in the place of the stack's own broker.
 *
 * @param servers host:port, several with commas between
 * @param config a Java client properties file for all programs, or a folder with one per service
 *     and {@code admin.properties}
 */
record ForeignKafka(String servers, Optional<Path> config) {

  private static final String ADMIN = "admin";
  private static final long LIMIT_SECONDS = 15;

  ForeignKafka {
    if (!servers.matches("[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*")) {
      throw new StackException("--kafka wants host:port, several with commas between");
    }
    config.ifPresent(
        path -> {
          if (!Files.exists(path)) {
            throw new StackException("there is no " + path + " (--kafka-config)");
          }
        });
  }

  /** What that program's clients need besides the servers. */
  Map<String, String> client(String program) {
    if (config.isEmpty()) {
      return Map.of();
    }
    Path file = config.get();
    if (Files.isDirectory(file)) {
      file = file.resolve(program + ".properties");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new StackException("cannot read " + file + ": " + e.getMessage());
    }
    Map<String, String> client = new HashMap<>();
    properties.stringPropertyNames().forEach(n -> client.put(n, properties.getProperty(n)));
    return client;
  }

  /**
   * Writes a service's part as its configuration wants it, readable by its owner only.
   *
   * @return the file, for QUARKUS_CONFIG_LOCATIONS
   */
  Path write(Path folder, String service) {
    Properties properties = new Properties();
    properties.setProperty("config_ordinal", "275"); // above the service's own application.yaml
    client(service)
        .forEach(
            (name, value) -> {
              // An expression in a password would be replaced.
              String literal = value.replace("\\", "\\\\").replace("$", "\\$");
              properties.setProperty("kafka." + name, literal);
              properties.setProperty("kafka-streams." + name, literal);
            });
    Path file = folder.resolve("kafka-client.properties");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(file);
      var ownerOnly = PosixFilePermissions.fromString("rw-------");
      Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
      try (Writer writer = Files.newBufferedWriter(file)) {
        properties.store(writer, "written at each start");
      }
      return file;
    } catch (IOException e) {
      throw new StackException("cannot write " + file + ": " + e.getMessage());
    }
  }

  /**
   * Creates the topics that are missing.
   *
   * @throws StackException when Kafka does not answer, or refuses
   */
  void prepareTopics() throws InterruptedException {
    Map<String, Object> settings = new HashMap<>(client(ADMIN));
    settings.put("bootstrap.servers", servers);
    settings.put("default.api.timeout.ms", "10000");
    settings.put("request.timeout.ms", "8000");
    try (Admin admin = Admin.create(settings)) {
      Set<String> there = admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!Topics.ALL.stream()
          .allMatch(t -> there.contains(t.name()) && there.contains(t.deadLetters()))) {
        TopicAdmin.ensure(admin);
      }
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StackException(
          "Kafka at " + servers + " does not let us in: " + cause.getMessage());
    }
  }
}
