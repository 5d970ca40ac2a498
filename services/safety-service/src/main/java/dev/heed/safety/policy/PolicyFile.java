package dev.heed.safety.policy;

import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Reads policy files (YAML, described in the service's README.md) and checks every field; an error
 * names its line.
 */
public final class PolicyFile {

  private static final String STANDARD = "/dev/heed/safety/policy.yaml";
  private static final int FORMAT = 1;
  private static final int MAX_MESSAGE = 2000;
  private static final int MAX_VERSION = 64;
  private static final double MAX_DELAY = 30;

  private final Map<String, List<String>> messages = new HashMap<>();

  private PolicyFile() {}

  /** The policy that comes with Heed. */
  public static PolicySet standard() {
    try (InputStream in =
        Objects.requireNonNull(PolicyFile.class.getResourceAsStream(STANDARD), STANDARD)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws PolicyException when it is not a valid policy
   */
  public static PolicySet read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new PolicyException(0, "cannot read " + file + " as UTF-8 text");
    }
  }

  /**
   * Parses a policy.
   *
   * @throws PolicyException when it is not a valid one
   */
  public static PolicySet parse(String yaml) {
    return new PolicyFile().parse(YamlMap.parse(yaml));
  }

  private PolicySet parse(YamlMap root) {
    root.only("format", "version", "rules", "messages", "tenants");
    if (root.number("format") != FORMAT) {
      throw new PolicyException(root.lineOf("format"), "format must be " + FORMAT);
    }
    String version = text(root, "version", MAX_VERSION);
    readMessages(root.map("messages"));
    Map<Role, Map<String, List<Rule>>> rules = rules(root.map("rules"));
    Policy standard = new Policy(version, rules, messages);
    Map<String, Policy> tenants = new HashMap<>();
    root.optionalMap("tenants")
        .ifPresent(
            map ->
                map.keys()
                    .forEach(name -> tenants.put(name, tenant(standard, name, map.map(name)))));
    return new PolicySet(standard, tenants);
  }

  private Policy tenant(Policy standard, String name, YamlMap map) {
    Map<Role, Map<String, List<Rule>>> merged = new EnumMap<>(Role.class);
    standard.rules().forEach((role, own) -> merged.put(role, new HashMap<>(own)));
    rules(map)
        .forEach((role, own) -> merged.computeIfAbsent(role, r -> new HashMap<>()).putAll(own));
    return new Policy(standard.version() + "/" + name, merged, messages);
  }

  private void readMessages(YamlMap map) {
    for (String kind : map.keys()) {
      List<String> texts = map.texts(kind);
      if (texts.isEmpty()) {
        throw new PolicyException(map.lineOf(kind), "message " + kind + " has no text");
      }
      for (String text : texts) {
        if (text.isBlank() || text.length() > MAX_MESSAGE) {
          throw new PolicyException(
              map.lineOf(kind), "a message has 1 to " + MAX_MESSAGE + " characters");
        }
      }
      messages.put(kind, List.copyOf(texts));
    }
    if (!messages.containsKey(Policy.UNAVAILABLE)) {
      throw new PolicyException(map.line(), "messages must have the kind " + Policy.UNAVAILABLE);
    }
  }

  private Map<Role, Map<String, List<Rule>>> rules(YamlMap map) {
    map.only("user", "bot");
    Map<Role, Map<String, List<Rule>>> rules = new EnumMap<>(Role.class);
    for (String label : map.keys()) {
      YamlMap categories = map.map(label);
      Map<String, List<Rule>> own = new HashMap<>();
      for (String category : categories.keys()) {
        if (!Categories.isKnown(category)) {
          throw new PolicyException(
              categories.lineOf(category),
              "unknown category; one of " + String.join(", ", Categories.ALL));
        }
        Role role = Role.of(label);
        own.put(category, categories.maps(category).stream().map(m -> rule(role, m)).toList());
      }
      rules.put(Role.of(label), own);
    }
    return rules;
  }

  private Rule rule(Role role, YamlMap map) {
    map.only("threshold", "action", "message", "delay");
    double threshold = map.number("threshold");
    if (!(threshold > 0 && threshold <= 1)) {
      throw new PolicyException(map.lineOf("threshold"), "threshold must be in (0, 1]");
    }
    Action action = action(role, map);
    if (action == Action.SLOW) {
      map.only("threshold", "action", "delay");
      return new Rule(threshold, action, "", delay(map));
    }
    if (action.passes()) {
      map.only("threshold", "action");
      return new Rule(threshold, action, "", Duration.ZERO);
    }
    map.only("threshold", "action", "message");
    String message = text(map, "message", MAX_VERSION);
    if (!messages.containsKey(message)) {
      throw new PolicyException(map.lineOf("message"), "no such kind in messages");
    }
    return new Rule(threshold, action, message, Duration.ZERO);
  }

  /** A number of seconds, longer than nothing and shorter than people wait. */
  private static Duration delay(YamlMap map) {
    double seconds = map.number("delay");
    if (!(seconds > 0 && seconds <= MAX_DELAY)) {
      throw new PolicyException(map.lineOf("delay"), "delay must be in (0, 30] seconds");
    }
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static Action action(Role role, YamlMap map) {
    List<Action> open = new ArrayList<>(List.of(Action.ALLOW, Action.MARK));
    // A user's turn was never shown to anyone: there is nothing to withdraw or replace.
    open.addAll(
        role == Role.USER
            ? List.of(Action.SLOW, Action.ASK, Action.REFUSE, Action.HAND_OVER)
            : List.of(Action.REPLACE, Action.WITHDRAW, Action.HAND_OVER));
    String name = map.text("action");
    for (Action action : open) {
      if (action.name().toLowerCase(Locale.ROOT).equals(name)) {
        return action;
      }
    }
    throw new PolicyException(
        map.lineOf("action"),
        "action of role "
            + role.label()
            + " must be one of "
            + open.toString().toLowerCase(Locale.ROOT));
  }

  private static String text(YamlMap map, String key, int limit) {
    String text = map.text(key);
    if (text.isBlank() || text.length() > limit) {
      throw new PolicyException(map.lineOf(key), key + " has 1 to " + limit + " characters");
    }
    return text;
  }
}
