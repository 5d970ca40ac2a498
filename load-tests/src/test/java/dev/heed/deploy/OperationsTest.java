package dev.heed.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The written parts of docs/operations.md are those of the sources. {@code -Dheed.write=true} (or
 * HEED_WRITE=1) writes them anew.
 */
class OperationsTest {

  private static final String DOC = "docs/operations.md";

  @Test
  void everyConfigurationKeyIsThere() throws IOException {
    StringBuilder table = new StringBuilder();
    Map<String, List<ConfigKeys.Key>> byService = new TreeMap<>();
    ConfigKeys.all()
        .forEach(key -> byService.computeIfAbsent(key.service(), _ -> new ArrayList<>()).add(key));
    assertEquals(
        Set.of(), missing(byService.keySet()), "services without a single configuration key");
    byService.forEach(
        (service, keys) -> {
          table
              .append("### ")
              .append(service)
              .append("\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
          for (ConfigKeys.Key key : keys) {
            table.append(
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        key.name(),
                        key.type(),
                        key.fallback().isEmpty() ? "" : "`" + key.fallback() + "`",
                        key.meaning().replace("|", "\\|")));
          }
          table.append('\n');
        });
    hold("configuration", table.toString());
  }

  private static Set<String> missing(Set<String> services) {
    Set<String> all =
        new TreeSet<>(
            Set.of(
                "chat-service",
                "safety-service",
                "inference-service",
                "feedback-service",
                "learning-service"));
    all.removeAll(services);
    return all;
  }

  @Test
  void everyKeyHasAMeaning() {
    List<String> silent =
        ConfigKeys.all().stream()
            .filter(key -> key.meaning().isEmpty())
            .map(ConfigKeys.Key::name)
            .toList();
    assertEquals(List.of(), silent);
    assertTrue(ConfigKeys.all().size() > 50);
    ConfigKeys.Key deadline =
        ConfigKeys.all().stream()
            .filter(k -> k.name().equals("heed.chat.deadline"))
            .findFirst()
            .orElseThrow();
    assertEquals("Duration", deadline.type());
    assertEquals("HEED_CHAT_DEADLINE", deadline.variable());
    assertFalse(deadline.fallback().isEmpty());
  }

  @Test
  void everyMeterIsThere() throws IOException {
    StringBuilder table = new StringBuilder("| meter | in |\n|---|---|\n");
    Set<String> meters = new TreeSet<>(ServiceFacts.meters());
    meters.remove("heed_inference_");
    for (String meter : meters) {
      table.append("| `%s` | %s |\n".formatted(meter, meter.split("_")[1] + "-service"));
    }
    hold("metrics", table.append('\n').toString());
  }

  @Test
  void everyLinkWithinTheDocsLeadsSomewhere() {
    List<String> broken = new ArrayList<>();
    for (String doc :
        List.of(DOC, "docs/threat-model.md", "k8s/README.md", "load-tests/README.md")) {
      Matcher link = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)").matcher(Repository.text(doc));
      while (link.find()) {
        Path target = Repository.HOME.resolve(doc).getParent().resolve(link.group(1));
        if (!Files.exists(target)) {
          broken.add(doc + ": " + link.group(1));
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  private static void hold(String part, String expected) throws IOException {
    String begin = "<!-- " + part + " -->\n";
    String end = "<!-- /" + part + " -->";
    String text = Repository.text(DOC);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    assertTrue(from >= begin.length() && to >= from, "no part " + part);
    if (Boolean.getBoolean("heed.write") || "1".equals(System.getenv("HEED_WRITE"))) {
      Files.writeString(
          Repository.HOME.resolve(DOC), text.substring(0, from) + expected + text.substring(to));
    } else {
      assertEquals(
          expected,
          text.substring(from, to),
          DOC + " is out of date: run OperationsTest with HEED_WRITE=1");
    }
  }
}
