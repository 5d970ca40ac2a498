package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and hostile files: each is refused with its field and byte, and costs no memory. */
class HostileGgufTest {

  private static final long MAX_ALLOCATION = 8L << 20;
  private static final String EMBEDDING = "token_embd.weight";
  private static final String QUERY = "blk.0.attn_q.weight";

  /** One damage: what is changed in the bytes, and where the reader should see it. */
  private record Damage(
      String name, String place, BiConsumer<ByteBuffer, Integer> change, String field, int shift) {

    @Override
    public String toString() {
      return name;
    }
  }

  /** One well-formed file that is no usable model. */
  private record Unusable(String name, UnaryOperator<GgufBytes> change, String field) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Damage> damages() {
    return Stream.concat(headerDamages(), tensorDamages());
  }

  private static Stream<Damage> headerDamages() {
    String key = "general.architecture";
    String tokens = "tokenizer.ggml.tokens";
    return Stream.of(
        set4("wrong magic", "magic", 0x21212121, "magic", 0),
        set4("GGUF version 1", "version", 1, "version", 0),
        set4("a version of the future", "version", 4, "version", 0),
        set4("big-endian", "version", 3 << 24, "version", 0),
        set8("2^63 tensors", "tensor_count", Long.MIN_VALUE, "tensor_count", 0),
        set8("-1 tensors", "tensor_count", -1, "tensor_count", 0),
        set8("a billion tensors", "tensor_count", 1L << 30, "tensor_count", 0),
        set8("2^63-1 keys", "metadata_kv_count", Long.MAX_VALUE, "metadata_kv_count", 0),
        set8("-1 keys", "metadata_kv_count", -1, "metadata_kv_count", 0),
        set8("a key of 2^40 bytes", "key:" + key, 1L << 40, "metadata key 0", 0),
        set8("a key of -1 bytes", "key:" + key, -1, "metadata key 0", 0),
        set1("a key that is not UTF-8", "key:" + key, 8, 0xFF, "metadata key 0"),
        set4("a value of type 99", "type:" + key, 99, key, 0),
        set8("a text of 2^62 bytes", "value:" + key, 1L << 62, key, 0),
        set8("a text of -1 bytes", "value:" + key, -1, key, 0),
        set4("an array of arrays", "value:" + tokens, 9, tokens, 0),
        set4("an array of type 77", "value:" + tokens, 77, tokens, 0),
        at("an array of 2^61", tokens, 4, (b, i) -> b.putLong(i + 4, 1L << 61), tokens),
        at("an array of -1", tokens, 4, (b, i) -> b.putLong(i + 4, -1), tokens),
        at(
            "a token of 2^50 bytes",
            tokens,
            12,
            (b, i) -> b.putLong(i + 12, 1L << 50),
            tokens + "[0]"));
  }

  private static Stream<Damage> tensorDamages() {
    String offset = "offset:" + QUERY;
    String shape = "dimensions:" + QUERY;
    return Stream.of(
        set8("a name of 65 bytes", "name:" + EMBEDDING, 65, "tensor 0 name", 0),
        set8("a name of 2^63 bytes", "name:" + EMBEDDING, Long.MIN_VALUE, "tensor 0 name", 0),
        set4("no dimensions", "n_dimensions:" + QUERY, 0, QUERY + " n_dimensions", 0),
        set4("five dimensions", "n_dimensions:" + QUERY, 5, QUERY + " n_dimensions", 0),
        set4("-1 dimensions", "n_dimensions:" + QUERY, -1, QUERY + " n_dimensions", 0),
        set8("a dimension of 0", shape, 0, QUERY + " dimensions", 0),
        set8("a dimension of -1", shape, -1, QUERY + " dimensions", 0),
        set8("a dimension of 2^40", shape, 1L << 40, QUERY + " dimensions", 0),
        set8("a row of broken blocks", shape, 255, QUERY + " dimensions", 0),
        set8("more rows than the file", shape, 1L << 30, QUERY + " offset", 20),
        set4("an encoding not read", "tensor type:" + QUERY, 10, QUERY + " type", 0),
        set4("an encoding of -1", "tensor type:" + QUERY, -1, QUERY + " type", 0),
        set8("data past the end", offset, 1L << 40, QUERY + " offset", 0),
        set8("data at -32", offset, -32, QUERY + " offset", 0),
        set8("data off the alignment", offset, 33, QUERY + " offset", 0));
  }

  static Stream<Unusable> unusables() {
    return Stream.concat(unusableNumbers(), unusableParts());
  }

  private static Stream<Unusable> unusableNumbers() {
    String heads = "llama.attention.head_count";
    return Stream.of(
        number("llama.block_count", 0),
        number("llama.block_count", 1_000_000_000),
        number("llama.embedding_length", 100),
        number("llama.embedding_length", -32),
        number("llama.feed_forward_length", 0),
        number("llama.context_length", -1),
        number(heads, 0),
        number("llama.attention.head_count_kv", 3),
        number("llama.attention.head_count_kv", 5),
        number("llama.attention.key_length", 1 << 20),
        number("llama.attention.value_length", 32),
        number("llama.rope.dimension_count", 32),
        number("llama.expert_count", 8),
        number("tokenizer.ggml.eos_token_id", 1 << 20),
        number("general.alignment", 48),
        number("general.alignment", 0),
        new Unusable("a text as a number", gguf -> gguf.text(heads, "four"), heads),
        new Unusable(
            "no finite rope base",
            gguf -> gguf.f32("llama.rope.freq_base", Float.NaN),
            "llama.rope.freq_base"),
        new Unusable(
            "epsilon 0",
            gguf -> gguf.f32("llama.attention.layer_norm_rms_epsilon", 0),
            "llama.attention.layer_norm_rms_epsilon"));
  }

  private static Stream<Unusable> unusableParts() {
    byte[] vector = new byte[SyntheticLlama.HIDDEN * 4];
    return Stream.of(
        new Unusable(
            "another architecture",
            gguf -> gguf.text("general.architecture", "mamba"),
            "general.architecture"),
        missing("general.architecture"),
        missing("llama.block_count"),
        missing("llama.attention.layer_norm_rms_epsilon"),
        missing("tokenizer.ggml.tokens"),
        missing("tokenizer.ggml.merges"),
        missing("tokenizer.ggml.eos_token_id"),
        missing(EMBEDDING),
        missing("output_norm.weight"),
        missing("blk.1.ffn_down.weight"),
        new Unusable(
            "yarn",
            gguf -> gguf.text("llama.rope.scaling.type", "yarn"),
            "llama.rope.scaling.type"),
        new Unusable(
            "an unknown tokenizer",
            gguf -> gguf.text("tokenizer.ggml.model", "bert"),
            "tokenizer.ggml.model"),
        new Unusable(
            "an unknown pre-tokenizer",
            gguf -> gguf.text("tokenizer.ggml.pre", "klingon"),
            "tokenizer.ggml.pre"),
        new Unusable(
            "fewer types than tokens",
            gguf -> gguf.ints("tokenizer.ggml.token_type", 1, 1),
            "tokenizer.ggml.token_type"),
        new Unusable(
            "a merge of nothing",
            gguf -> gguf.texts("tokenizer.ggml.merges", java.util.List.of("x yz")),
            "tokenizer.ggml.merges"),
        new Unusable(
            "a bias that would be lost",
            gguf -> gguf.tensor("blk.0.attn_q.bias", TensorType.F32, vector, 256),
            "blk.0.attn_q.bias"),
        new Unusable(
            "a matrix for a vector",
            gguf -> gguf.tensor("output_norm.weight", TensorType.F32, vector, 16, 16),
            "output_norm.weight"));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void namesTheFieldAndTheByte(Damage damage) {
    // Given
    GgufBytes gguf = small();
    byte[] bytes = gguf.build();
    int place = gguf.at(damage.place);
    damage.change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), place);

    // When
    long before = allocated();
    GgufException refusal = assertThrows(GgufException.class, () -> readAll(bytes));
    long after = allocated();

    // Then
    assertAll(
        () -> assertEquals(damage.field, refusal.field()),
        () -> assertEquals(place + damage.shift, refusal.offset()),
        () -> assertTrue(refusal.getMessage().contains("'" + damage.field + "' at byte ")),
        () -> assertTrue(after - before < MAX_ALLOCATION, (after - before) + " bytes"));
  }

  @ParameterizedTest
  @MethodSource("unusables")
  void refusesWhatItCannotImportRight(Unusable unusable) {
    // Given
    byte[] bytes = unusable.change.apply(small()).build();

    // When
    GgufException refusal = assertThrows(GgufException.class, () -> readAll(bytes));

    // Then
    assertEquals(unusable.field, refusal.field());
  }

  @Test
  void tensorsMustNotOverlap() {
    // Given
    GgufBytes gguf = small();
    byte[] bytes = gguf.build();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(gguf.at("offset:" + QUERY), 64);

    // When
    GgufException refusal = assertThrows(GgufException.class, () -> readAll(bytes));

    // Then
    assertEquals(QUERY + " offset", refusal.field());
    assertEquals(gguf.at("data:" + EMBEDDING) + 64, refusal.offset());
    assertTrue(refusal.getMessage().contains("overlaps the data of '" + EMBEDDING + "'"));
  }

  @Test
  void refusesTheFileCutAnywhereInItsHeader() {
    // Given
    GgufBytes gguf = small();
    byte[] bytes = gguf.build();

    for (int length = 0; length < gguf.at("data:" + EMBEDDING); length += 7) {
      // When
      byte[] cut = Arrays.copyOf(bytes, length);
      GgufException refusal = assertThrows(GgufException.class, () -> readAll(cut));

      // Then
      assertTrue(refusal.offset() <= length, refusal.getMessage());
    }
  }

  @Test
  void refusesTheFileCutInItsLastTensor() {
    // Given
    byte[] bytes = small().build();
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);

    // When
    GgufException refusal = assertThrows(GgufException.class, () -> readAll(cut));

    // Then
    assertEquals("blk.2.ffn_down.weight offset", refusal.field());
  }

  @Test
  void survivesRandomDamage() throws Exception {
    // Given
    GgufBytes gguf = small();
    byte[] bytes = gguf.build();
    int header = gguf.at("data:" + EMBEDDING);
    Random random = new Random(7);
    int refused = 0;

    // When
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = bytes.clone();
      for (int i = 0; i <= round % 4; i++) {
        damaged[random.nextInt(header)] = (byte) random.nextInt(256);
      }
      try {
        readAll(damaged);
      } catch (GgufException e) {
        assertNotNull(e.field());
        refused++;
      }
    }

    // Then
    assertTrue(refused > 1000, refused + " refused");
  }

  private static GgufBytes small() {
    return SyntheticLlama.of(TensorType.Q4_0).gguf();
  }

  /** Everything that is read before the weights are. */
  private static void readAll(byte[] bytes) throws GgufException {
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.read(arena, MemorySegment.ofArray(bytes));
      LlamaShape shape = LlamaShape.read(file);
      assertNotNull(new LlamaTensors(file, shape));
      Vocabulary vocabulary = Vocabulary.read(file.metadata(), shape.vocabulary());
      assertNotNull(new TokenizerJson(file.metadata(), vocabulary).document());
      GenaiConfig config = new GenaiConfig(file.metadata(), shape, vocabulary);
      assertNotNull(config.model(16));
      assertNotNull(config.tokenizer());
    }
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  private static Damage set1(String name, String place, int shift, int value, String field) {
    return new Damage(name, place, (b, i) -> b.put(i + shift, (byte) value), field, 0);
  }

  private static Damage set4(String name, String place, int value, String field, int shift) {
    return new Damage(name, place, (b, i) -> b.putInt(i, value), field, shift);
  }

  private static Damage set8(String name, String place, long value, String field, int shift) {
    return new Damage(name, place, (b, i) -> b.putLong(i, value), field, shift);
  }

  private static Damage at(
      String name, String key, int shift, BiConsumer<ByteBuffer, Integer> change, String field) {
    return new Damage(name, "value:" + key, change, field, shift);
  }

  private static Unusable number(String key, int value) {
    return new Unusable(key + " " + value, gguf -> gguf.u32(key, value), key);
  }

  private static Unusable missing(String name) {
    return new Unusable("no " + name, gguf -> gguf.without(name), name);
  }
}
