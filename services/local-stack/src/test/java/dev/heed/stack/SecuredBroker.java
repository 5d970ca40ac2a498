package dev.heed.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.heed.broker.LocalBroker;
import dev.heed.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker as a careful team runs it: TLS, a password for each service, and no right but those of
 * k8s/base/users.yaml.
 */
final class SecuredBroker implements AutoCloseable {

  private static final Path USERS = Path.of("../../k8s/base/users.yaml");
  private static final String STORE_PASSWORD = "change-me-not-a-secret";

  private final LocalBroker broker;
  private final Path folder;

  SecuredBroker(Path folder, int port, int controllerPort)
      throws IOException, InterruptedException, ExecutionException {
    this.folder = folder;
    makeCertificate();
    broker =
        LocalBroker.start(
            folder.resolve("data"),
            port,
            controllerPort,
            settings(port, controllerPort),
            client("admin"));
    try (Admin admin = Admin.create(withServers(client("admin")))) {
      admin.createAcls(acls()).all().get();
    }
    writeClients();
  }

  String servers() {
    return broker.bootstrapServers();
  }

  /** A folder as {@code --kafka-config} wants it. */
  Path clients() {
    return folder.resolve("clients");
  }

  /** Client settings of a service, with the servers. */
  Map<String, Object> clientOf(String service) {
    return withServers(client(service));
  }

  private Map<String, Object> withServers(Map<String, String> client) {
    Map<String, Object> all = new HashMap<>(client);
    all.put("bootstrap.servers", broker.bootstrapServers());
    return all;
  }

  private void makeCertificate() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            "broker",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost,ip:127.0.0.1",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            store(),
            "-storepass",
            STORE_PASSWORD);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool failed: " + out);
    }
  }

  private String store() {
    return folder.resolve("broker.p12").toString();
  }

  private static String password(String user) {
    return "password of $" + user;
  }

  private Map<String, String> settings(int port, int controllerPort) {
    StringBuilder jaas = new StringBuilder(login("admin"));
    jaas.setLength(jaas.length() - 1);
    List<String> users = new ArrayList<>(Topics.SERVICES);
    users.add("admin");
    users.forEach(
        user ->
            jaas.append(" user_").append(user).append("=\"").append(password(user)).append('"'));
    jaas.append(';');
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners", "SASL_SSL://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
    settings.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "SASL_SSL");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put("sasl.enabled.mechanisms", "PLAIN");
    settings.put("listener.name.sasl_ssl.plain.sasl.jaas.config", jaas.toString());
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", store());
    settings.put("ssl.keystore.password", STORE_PASSWORD);
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.location", store());
    settings.put("ssl.truststore.password", STORE_PASSWORD);
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("allow.everyone.if.no.acl.found", "false");
    // The controller's listener has no names; only this very process uses it.
    settings.put("super.users", "User:admin;User:ANONYMOUS");
    return settings;
  }

  private static String login(String user) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(user, password(user));
  }

  private Map<String, String> client(String user) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        login(user),
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.location",
        store(),
        "ssl.truststore.password",
        STORE_PASSWORD);
  }

  private void writeClients() throws IOException {
    Files.createDirectories(clients());
    List<String> users = new ArrayList<>(Topics.SERVICES);
    users.add("admin");
    for (String user : users) {
      Properties properties = new Properties();
      properties.putAll(client(user));
      try (var out = Files.newBufferedWriter(clients().resolve(user + ".properties"))) {
        properties.store(out, null);
      }
    }
  }

  private static List<AclBinding> acls() throws IOException {
    List<AclBinding> all = new ArrayList<>();
    try (var parser = new YAMLFactory().createParser(USERS.toFile())) {
      new YAMLMapper()
          .readerFor(JsonNode.class)
          .<JsonNode>readValues(parser)
          .forEachRemaining(
              user -> {
                String name = user.at("/metadata/name").asText();
                user.at("/spec/authorization/acls").forEach(acl -> add(name, acl, all));
              });
    }
    return all;
  }

  private static void add(String user, JsonNode acl, List<AclBinding> all) {
    JsonNode resource = acl.path("resource");
    ResourceType type =
        switch (resource.path("type").asText()) {
          case "topic" -> ResourceType.TOPIC;
          case "group" -> ResourceType.GROUP;
          case "transactionalId" -> ResourceType.TRANSACTIONAL_ID;
          default -> throw new IllegalArgumentException(resource.toString());
        };
    PatternType pattern =
        resource.path("patternType").asText().equals("prefix")
            ? PatternType.PREFIXED
            : PatternType.LITERAL;
    var target = new ResourcePattern(type, resource.path("name").asText(), pattern);
    for (JsonNode operation : acl.path("operations")) {
      String name =
          operation.asText().replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
      var entry =
          new AccessControlEntry(
              "User:" + user, "*", AclOperation.fromString(name), AclPermissionType.ALLOW);
      all.add(new AclBinding(target, entry));
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
