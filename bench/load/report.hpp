#pragma once

#include "bench/load/result.hpp"

#include <string>
#include <vector>

/// Results as people read them.
namespace parley::bench {

/// A line that says what was done, a table, what was wrong.
std::string as_text(const run_result& what);

/// The same in Markdown, for a report of several runs; `plot` is the path of a
/// picture, or empty.
std::string as_markdown(const run_result& what, const std::string& plot);

/// What a report begins with: when, on what, a line for each run, the medians
/// where it was repeated, and what each is to its floors, the runs named
/// RUN/FLOOR.
std::string heading(const std::vector<run_result>& runs);

/// What `b` is to `a`, metric by metric: a table with ratios, and which of the
/// two is better where they differ by more than a tenth. Runs are matched by
/// name, those that only one has are named.
std::string comparison(const std::vector<named_metrics>& a,
                       const std::vector<named_metrics>& b);

} // namespace parley::bench
