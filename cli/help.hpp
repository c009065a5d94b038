#pragma once

#include <CLI/App.hpp>

#include <string>
#include <vector>

/// How `parleyctl` explains itself.
namespace parley::cli {

/// Gives every command examples of its own in place of those of the whole.
void add_examples(CLI::App& app);

/// What is wrong with a command line that `app` did not take: an unknown word
/// is named, with the command that may have been meant. Empty where the words
/// are all known.
std::string unknown_word(const CLI::App& app, int argc, char** argv);

/// Turns `help COMMAND…` into `COMMAND… --help`.
std::vector<std::string> without_help_word(const CLI::App& app, int argc,
                                           char** argv);

} // namespace parley::cli
