package dev.heed.learning.rounds;

import dev.heed.learning.config.RoundsConfig;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.versions.Versions;
import dev.heed.schemas.events.ArtifactKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The language model that an adapter is trained on must be the one that is served. */
final class GgufSource {

  private GgufSource() {}

  /**
   * Why a round of this kind should not be trained at all: {@code no-gguf}, or {@code
   * gguf-of-another-model} when the card of an imported model names another file's hash. A model
   * without a card is taken as it is.
   */
  static Optional<String> trouble(String kind, RoundsConfig config) throws IOException {
    if (Rounds.served(kind) != ArtifactKind.ADAPTER || config.trainer().isEmpty()) {
      return Optional.empty();
    }
    return config.gguf().isEmpty()
        ? Optional.of("no-gguf")
        : trouble(config.gguf().get(), config.model());
  }

  static Optional<String> trouble(Path gguf, Optional<Path> model) throws IOException {
    if (!Files.isRegularFile(gguf)) {
      return Optional.of("no-gguf");
    }
    Optional<Path> card = model.map(folder -> folder.resolve("card.json")).filter(Files::exists);
    if (card.isEmpty()) {
      return Optional.empty();
    }
    String source = Versions.JSON.readTree(card.get().toFile()).path("source_sha256").asText();
    return source.equals(DatasetReader.sha256(gguf))
        ? Optional.empty()
        : Optional.of("gguf-of-another-model");
  }
}
