package dev.heed.inference.runtime;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.TestModel;
import dev.heed.inference.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A folder that cannot be served says which file and field is at fault. */
class DamagedModelTest {

  @TempDir Path folder;

  private void copyOfTheModel() throws IOException {
    try (Stream<Path> files = Files.list(TestModel.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(file.getFileName());
        if (file.toString().endsWith(".json")) {
          Files.copy(file, target);
        } else {
          Files.createSymbolicLink(target, file.toRealPath());
        }
      }
    }
  }

  private void edit(String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    String changed = text.replaceFirst(from, to);
    assertTrue(!changed.equals(text), "nothing to edit");
    Files.writeString(path, changed);
  }

  private void open() {
    GenaiConfig config = GenaiConfig.read(folder);
    DecoderSession.open(folder, config, 1, 32, 1, false).close();
  }

  private void fails(Runnable action, String... parts) {
    ModelException e = assertThrows(ModelException.class, action::run);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "num_hidden_layers, model.decoder.num_hidden_layers",
    "head_size, model.decoder.head_size",
    "num_key_value_heads, model.decoder.num_key_value_heads",
    "vocab_size, model.vocab_size",
    "context_length, model.context_length",
    "eos_token_id, model.eos_token_id"
  })
  void aMissingFieldIsNamed(String field, String named) throws IOException {
    copyOfTheModel();
    edit(GenaiConfig.FILE, "\"" + field + "\"", "\"other\"");

    fails(this::open, GenaiConfig.FILE, named);
  }

  @ParameterizedTest
  @CsvSource({
    "num_hidden_layers\" *: *[0-9]+, num_hidden_layers\": 7",
    "num_hidden_layers\" *: *[0-9]+, num_hidden_layers\": 900",
    "head_size\" *: *[0-9]+, head_size\": 32",
    "num_key_value_heads\" *: *[0-9]+, num_key_value_heads\": 4",
    "vocab_size\" *: *[0-9]+, vocab_size\": 1000"
  })
  void sizesThatAreNotTheGraphsAreNoticed(String from, String to) throws IOException {
    copyOfTheModel();
    edit(GenaiConfig.FILE, from, to);

    fails(this::open, GenaiConfig.FILE, "does not describe");
  }

  @Test
  void aDeclaredSizeAllocatesNothing() throws IOException {
    copyOfTheModel();
    edit(GenaiConfig.FILE, "vocab_size\" *: *[0-9]+", "vocab_size\": 2000000000");

    fails(this::open, GenaiConfig.FILE, "model.vocab_size");
  }

  @Test
  void aFileOutsideTheFolderIsRefused() throws IOException {
    copyOfTheModel();
    edit(GenaiConfig.FILE, "\"model.onnx\"", "\"../model.onnx\"");

    fails(this::open, GenaiConfig.FILE, "model.decoder.filename");
  }

  @Test
  void brokenJsonHasAPlace() throws IOException {
    Files.writeString(folder.resolve(GenaiConfig.FILE), "{\n  \"model\": {,}\n}");

    fails(this::open, GenaiConfig.FILE, "line 2");
  }

  @Test
  void aTruncatedModelIsRefused() throws IOException {
    copyOfTheModel();
    Path model = folder.resolve("model.onnx");
    byte[] begin = new byte[1 << 20];
    try (var in = Files.newInputStream(model)) {
      in.readNBytes(begin, 0, begin.length);
    }
    Files.delete(model);
    Files.write(model, begin);

    fails(this::open, "model.onnx", "cannot load");
  }

  @Test
  void aMissingModelIsNamed() throws IOException {
    copyOfTheModel();
    Files.delete(folder.resolve("model.onnx"));

    fails(this::open, "model.onnx", "missing");
  }

  @ParameterizedTest
  @CsvSource({"'{', line", "'{}', model.vocab", "'not json', line"})
  void aDamagedTokenizerIsNamed(String content, String part) throws IOException {
    Files.writeString(folder.resolve(TextTokenizer.FILE), content);

    fails(() -> TextTokenizer.load(folder).close(), TextTokenizer.FILE, part);
  }
}
