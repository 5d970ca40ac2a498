package dev.heed.learning.organic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Thumbs that people really gave: ConvAI2's human-bot dialogues (data_*.json). */
final class Convai2 {

  /**
   * A bot's message that was rated.
   *
   * @param asked what the person had said last; empty when the bot began
   */
  record Thumb(String conversation, String asked, String reply, boolean up) {}

  private Convai2() {}

  /** All thumbs in a folder's files. */
  static List<Thumb> thumbs(Path folder) throws IOException {
    List<Thumb> thumbs = new ArrayList<>();
    JsonMapper json = new JsonMapper();
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files =
          list.filter(f -> f.getFileName().toString().matches("data_\\w+\\.json"))
              .sorted()
              .toList();
    }
    for (Path file : files) {
      int number = 0;
      for (JsonNode dialog : json.readTree(file.toFile())) {
        read(file.getFileName() + "#" + number++, dialog.path("dialog"), thumbs);
      }
    }
    return thumbs;
  }

  private static void read(String conversation, JsonNode dialog, List<Thumb> thumbs) {
    String asked = "";
    for (JsonNode message : dialog) {
      boolean bot = message.path("sender_class").asText().equals("Bot");
      String text = message.path("text").asText();
      if (bot && message.path("evaluation_score").isInt()) {
        boolean up = message.path("evaluation_score").asInt() == 1;
        thumbs.add(new Thumb(conversation, asked, text, up));
      }
      asked = bot ? asked : text;
    }
  }
}
