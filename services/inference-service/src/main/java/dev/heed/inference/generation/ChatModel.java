package dev.heed.inference.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.inference.runtime.Cpu;
import dev.heed.inference.runtime.GenaiConfig;
import dev.heed.inference.runtime.ModelException;
import dev.heed.inference.text.ChatMessage;
import dev.heed.inference.text.ChatTemplate;
import dev.heed.inference.text.TextTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What a model folder holds besides the weights: sizes, tokenizer, chat template, and its name and
 * version.
 *
 * @param folder where it lies
 * @param name the folder's name in lower case: what people ask for
 */
public record ChatModel(
    Path folder, String name, GenaiConfig config, TextTokenizer tokenizer, ChatTemplate template)
    implements AutoCloseable {

  private static final int VERSION_DIGITS = 16;
  private static final String CARD = "card.json";

  /**
   * Reads a folder.
   *
   * @throws ModelException naming the file and field that is missing or damaged
   */
  public static ChatModel load(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    GenaiConfig config = GenaiConfig.read(absolute);
    refuseOverflow(absolute, Cpu.multipliesSigned());
    ChatTemplate template = ChatTemplate.load(absolute);
    String name = absolute.getFileName().toString().toLowerCase(Locale.ROOT);
    return new ChatModel(absolute, name, config, TextTokenizer.load(absolute), template);
  }

  /**
   * Full signed codes, as imports of November 2026 wrote them where they are right, overflow
   * silently on a processor without VNNI or AMX.
   */
  static void refuseOverflow(Path folder, boolean multipliesSigned) {
    Path card = folder.resolve(CARD);
    if (multipliesSigned || !Files.isRegularFile(card)) {
      return;
    }
    try {
      if (new ObjectMapper().readTree(card.toFile()).path("codes").asText("").equals("int8")) {
        throw new ModelException(
            CARD, "codes are int8, which want VNNI or AMX: import the model again");
      }
    } catch (IOException e) {
      throw new ModelException(CARD, "cannot be read", e);
    }
  }

  /** SHA-256 of the model file and its weights, the first 16 hex digits. */
  public String version() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, folder.resolve(config.file()));
      Path weights = folder.resolve(config.file() + ".data");
      if (Files.isRegularFile(weights)) {
        add(digest, weights);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_DIGITS);
    } catch (IOException e) {
      throw new ModelException(config.file(), "cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }

  /**
   * The prompt of a conversation as tokens.
   *
   * @throws IllegalArgumentException when the template refuses the conversation
   */
  public int[] prompt(List<ChatMessage> messages) {
    List<ChatMessage> safe =
        messages.stream()
            .map(m -> new ChatMessage(m.role(), tokenizer.disarm(m.content())))
            .toList();
    return tokenizer.encode(template.render(safe));
  }

  /**
   * What every conversation begins with, whoever speaks: the system prompt of the chat template, up
   * to where the first message would stand.
   */
  public int[] opening() {
    int[] one = prompt(List.of(new ChatMessage("user", "a")));
    int[] other = prompt(List.of(new ChatMessage("user", "z 1")));
    int same = Arrays.mismatch(one, other);
    return Arrays.copyOf(one, same < 0 ? 0 : same);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
