package dev.heed.learning.gates;

import java.nio.file.Path;
import java.util.Optional;

/**
 * All that the gates need to judge a candidate.
 *
 * @param candidate its folder
 * @param data folder of the data version that it learnt from
 * @param before folder of the data version before; empty: the first
 * @param released folder of what serves all people now; empty: nothing of that kind
 * @param model folder of the base model
 * @param tools the {@code heed} command
 * @param report file to write
 */
public record Case(
    Path candidate,
    Path data,
    Optional<Path> before,
    Optional<Path> released,
    Optional<Path> model,
    Optional<Path> tools,
    Thresholds thresholds,
    Path report) {}
