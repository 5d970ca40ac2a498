package dev.heed.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heed chat}: a conversation in the terminal, or one question and its answer. */
@Command(name = "chat", description = "Chats in the terminal; with TEXT, asks once and ends.")
final class ChatCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin StackOptions stack;

  @Parameters(arity = "0..*", paramLabel = "TEXT", description = "What to say.")
  String[] words = {};

  @Option(names = "--max-tokens", defaultValue = "256", description = "Longest reply, in tokens.")
  int maxTokens;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ChatClient client = new ChatClient(stack.running().url(), "heed-chat");
    String conversation = client.open();
    if (words.length > 0) {
      return answer(client, conversation, String.join(" ", words)) ? 0 : 1;
    }
    System.out.println("Ask away; an empty line or Ctrl-D ends it.");
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    boolean fine = true;
    System.out.print("> ");
    for (String line = lines.readLine(); line != null && !line.isBlank(); line = lines.readLine()) {
      fine &= answer(client, conversation, line);
      System.out.print("> ");
      System.out.flush();
    }
    return fine ? 0 : 1;
  }

  /** Prints the reply as it comes; false when it failed. */
  private boolean answer(ChatClient client, String conversation, String text)
      throws IOException, InterruptedException {
    try (ServerEvents events = client.say(conversation, text, maxTokens, false)) {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        JsonNode data = JSON.readTree(event.get().data());
        switch (event.get().name()) {
          case "chunk" -> System.out.print(data.path("text").asText());
          case "restart" -> System.out.println("\n(starting over)");
          case "refusal", "withdrawal" -> System.out.print("\n" + data.path("text").asText());
          case "failure" -> {
            System.err.println("\nheed: " + data.path("message").asText());
            return false;
          }
          case "done" -> {
            System.out.println();
            return true;
          }
          default -> {} // "turn", and what later versions add
        }
        System.out.flush();
      }
    }
    System.err.println("\nheed: the stream ended early");
    return false;
  }
}
