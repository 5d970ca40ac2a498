package dev.heed.safety.matching;

import dev.heed.safety.screening.Role;
import java.util.Set;

/**
 * What a phrase on a list means when it stands in a text.
 *
 * @param category of the list; empty on the allow-list
 * @param alone score when no classifier is there, [0, 1]
 * @param beside score when a classifier judges the text too, [0, 1]
 * @param roles whose texts it counts in
 */
record Phrase(String category, double alone, double beside, Set<Role> roles) {

  /** True for a harmless phrase that hides the hits inside it. */
  boolean allows() {
    return category.isEmpty();
  }
}
