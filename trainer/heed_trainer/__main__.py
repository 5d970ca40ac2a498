from heed_trainer.cli import main

raise SystemExit(main())
