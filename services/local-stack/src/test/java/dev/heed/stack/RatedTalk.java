package dev.heed.stack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The log of a learning-service that has taken up conversations which people rated and share. */
final class RatedTalk {

  private static final List<String> TOPICS =
      List.of("tea", "owls", "rain", "chess", "bread", "trains", "the moon", "salt");
  private static final String HOUR = "2026-11-25T10:00:00Z";

  private final StringBuilder rows = new StringBuilder();
  private int count;

  private RatedTalk() {}

  /**
   * Writes it into the data folder of a stack that is not up yet: friendly replies are liked, rude
   * ones are not.
   */
  static void write(Path data, int exchanges) throws IOException {
    RatedTalk talk = new RatedTalk();
    for (int i = 0; i < exchanges; i++) {
      String topic = TOPICS.get(i % TOPICS.size());
      boolean good = i % 2 == 0;
      String reply =
          good
              ? "With pleasure, here is what I know of " + topic + ", in " + i + " words."
              : "Shut up!!! You stupid number " + i + "!";
      talk.exchange(i, "Please tell me about " + topic + ", take " + i, reply, good);
    }
    Path folder = Files.createDirectories(data.resolve("learning-service/dataset"));
    byte[] bytes = talk.rows.toString().getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("rows-00000000.jsonl"), bytes);
    ObjectNode manifest = Stack.JSON.createObjectNode().put("format", 1).put("commits", 1);
    manifest.putObject("offsets");
    segment(manifest.putArray("segments").addObject(), "rows-00000000.jsonl", talk.count)
        .put("bytes", bytes.length);
    segment(manifest.putObject("tombstones"), "tombstones.jsonl", 0).put("bytes", 0);
    Files.writeString(folder.resolve("manifest.json"), manifest.toString());
  }

  private static ObjectNode segment(ObjectNode node, String file, int rows) {
    return node.put("file", file).put("rows", rows);
  }

  private void exchange(int number, String asked, String answered, boolean up) {
    ObjectNode turn = row("turn", "turn:t_" + number, number);
    line(turn.put("turn", "t_" + number).put("text", asked));
    ObjectNode reply = row("reply", "reply:r_" + number, number);
    reply.put("turn", "t_" + number).put("outcome", "content").put("text", answered);
    reply.putObject("model").put("name", "smollm2").put("version", "0123456789abcdef");
    line(reply);
    ObjectNode feedback = row("feedback", "feedback:f_" + number + ":0", number);
    feedback.put("feedback", "f_" + number).put("revision", 0).put("kind", "thumbs");
    feedback.put("label", up ? "up" : "down").put("p_right", .9).put("weight", .8);
    feedback.put("reliability", .9).put("reliability_sd", .1).put("civility", 1);
    line(feedback.put("retracted", false));
  }

  private static ObjectNode row(String type, String id, int number) {
    ObjectNode row = Stack.JSON.createObjectNode().put("type", type).put("id", id);
    row.put("conversation", "c_" + number).put("person", "p_" + number);
    return row.put("reply", "r_" + number).put("at", HOUR);
  }

  private void line(ObjectNode row) {
    rows.append(row).append('\n');
    count++;
  }
}
