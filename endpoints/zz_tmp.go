package endpoints

import (
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
)

func standardBinder(t *rest, b *binding) (bind.Binder, error) { return python.Binder{}, nil }
