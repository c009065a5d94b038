#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace parley::cli {

/// The names of the nodes that an answer speaks of by number.
class node_names {
public:
  explicit node_names(const boost::json::value& answer);

  /// "-" for 0; the number where there is no name.
  std::string of(std::int64_t node) const;
  std::string of(const boost::json::value& node) const;

  /// All of a list of numbers, with blanks between them.
  std::string all_of(const boost::json::value& nodes) const;

private:
  std::map<std::int64_t, std::string> names_;
};

} // namespace parley::cli
