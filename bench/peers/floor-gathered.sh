# The synced relay that writes to each socket once a round.
. bench/peers/floor-synced.sh
floor_options+=(--gather)
